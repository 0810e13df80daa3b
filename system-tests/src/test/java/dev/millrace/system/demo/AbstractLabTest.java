package dev.millrace.system.demo;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Tests in a lab of their own.
abstract class AbstractLabTest {
  @TempDir Path temp;
  Lab lab;

  @BeforeEach
  void open() throws Exception {
    lab = Lab.open(temp);
  }

  @AfterEach
  void close() throws IOException {
    lab.close();
  }

  /// Stores the files of `vitals` in this folder whose names have this end.
  void storeVitals(String folder, String end) throws Exception {
    lab.store(folder + "/", Corpus.vitals(folder, end));
  }
}

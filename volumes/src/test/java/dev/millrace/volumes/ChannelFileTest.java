package dev.millrace.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChannelFileTest {
  private static final int FILE_BYTES = 3_000_000;
  private static final int PAGE_BYTES = 4096;

  @TempDir Path folder;

  /// Some go past the page cache and some through it, over and beside each other, and are read in
  /// between; on whatever file system the tests run.
  @Test
  void writesOfEveryAlignmentReadAsInMemory() throws IOException {
    long seed = Seeds.seed("writesOfEveryAlignmentReadAsInMemory");
    SplittableRandom random = new SplittableRandom(seed);
    Path path = folder.resolve("file");
    byte[] expected = new byte[FILE_BYTES];
    ByteBuffer pages = ByteBuffer.allocateDirect(1 << 20).alignedSlice(PAGE_BYTES);
    try (ChannelFile file = ChannelFile.create(path)) {
      file.write(ByteBuffer.wrap(expected), 0);
      for (int i = 0; i < Seeds.rounds(300); i++) {
        int length = random.nextInt(1, 400_000);
        int position = random.nextInt(FILE_BYTES - length);
        int start = random.nextInt(PAGE_BYTES);
        if (random.nextInt(3) > 0) {
          position &= -PAGE_BYTES;
          start = 0;
        }
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, expected, position, length);
        ByteBuffer source = pages.clear().position(start).limit(start + length);
        source.duplicate().put(bytes);
        if (random.nextInt(10) == 0) {
          Thread.currentThread().interrupt();
        }
        file.write(source, position);
        assertThat(source.hasRemaining()).isFalse();
        boolean _ = Thread.interrupted();
        byte[] read = new byte[random.nextInt(1, 100_000)];
        int from = random.nextInt(FILE_BYTES - read.length);
        assertThat(file.read(ByteBuffer.wrap(read), from)).isEqualTo(read.length);
        assertThat(read)
            .isEqualTo(java.util.Arrays.copyOfRange(expected, from, from + read.length));
      }
      file.sync();
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(expected);
  }
}

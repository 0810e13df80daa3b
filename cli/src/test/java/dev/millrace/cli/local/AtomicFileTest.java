package dev.millrace.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void isNotThereUntilItIsWhole() throws IOException {
    Path target = folder.resolve("x");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write("new".getBytes(UTF_8));
      assertThat(target).doesNotExist();
      file.commit(true);
      assertThat(target).hasContent("new");
    }
    assertThat(names()).containsExactly("x");
  }

  @Test
  void leavesTheOldOneWhenItIsGivenUp() throws IOException {
    Path target = Files.writeString(folder.resolve("x"), "old");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write("new".getBytes(UTF_8));
    }
    assertThat(target).hasContent("old");
    assertThat(names()).containsExactly("x");
  }

  @Test
  void keepsThePermissionsOfTheOldOne() throws IOException {
    Path target = Files.writeString(folder.resolve("x"), "old");
    Set<PosixFilePermission> secret = PosixFilePermissions.fromString("rw-------");
    Files.setPosixFilePermissions(target, secret);
    try (AtomicFile file = AtomicFile.create(target)) {
      file.commit(false);
    }
    assertThat(Files.getPosixFilePermissions(target)).isEqualTo(secret);
  }

  @Test
  void writesWhereALinkLeads() throws IOException {
    Path target = Files.writeString(folder.resolve("x"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    try (AtomicFile file = AtomicFile.create(link)) {
      file.stream().write("new".getBytes(UTF_8));
      file.commit(false);
    }
    assertThat(target).hasContent("new");
    assertThat(Files.isSymbolicLink(link)).isTrue();
  }
}

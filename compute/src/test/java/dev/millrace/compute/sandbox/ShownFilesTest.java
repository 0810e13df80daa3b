package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShownFilesTest {
  @TempDir Path temp;
  private ShownFiles shown;

  @BeforeEach
  void open() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    shown = ShownFiles.open(temp.resolve("above/shown"), true);
  }

  @AfterEach
  void close() {
    shown.close();
    assertThat(temp.resolve("above")).doesNotExist();
  }

  private Path file(String name, String mode) throws IOException {
    Path file = temp.resolve(name);
    Files.writeString(file, name);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  @Test
  void whatAllCanReadIsShownWhereItIs() throws IOException {
    for (String mode : new String[] {"rw-r--r--", "rwxr-xr-x", "r-----r--"}) {
      Path file = file("open" + mode, mode);
      assertThat(shown.show(file)).as(mode).isEqualTo(file);
    }
    for (String mode : new String[] {"rw-r-----", "rwxr--r--", "rwx--x--x"}) {
      Path file = file("shut" + mode, mode);
      assertThat(shown.show(file)).as(mode).isNotEqualTo(file);
    }
    Path deep = temp.resolve("private");
    Files.createDirectory(
        deep, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path inside = deep.resolve("file");
    Files.writeString(inside, "x");
    Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(shown.show(inside)).isNotEqualTo(inside);
  }

  @Test
  void aCopyIsForTheSandboxsGroupOnly() throws IOException {
    Path copy = shown.show(file("tool", "rwx------"));
    assertThat(Files.readString(copy)).isEqualTo("tool");
    assertThat(Files.getAttribute(copy, "unix:gid")).isEqualTo(RunAs.OUTSIDE);
    assertThat(Files.getPosixFilePermissions(copy))
        .isEqualTo(PosixFilePermissions.fromString("r-xr-x---"));
    assertThat(Files.getPosixFilePermissions(shown.folder()))
        .isEqualTo(PosixFilePermissions.fromString("rwx--x---"));
    assertThat(Files.getPosixFilePermissions(shown.show(file("data", "rw-------"))))
        .doesNotContain(PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_EXECUTE);
  }

  @Test
  void aFileIsCopiedOnceUntilItChanges() throws IOException {
    Path file = file("tool", "rwx------");
    Path copy = shown.show(file);
    assertThat(shown.show(file)).isEqualTo(copy);
    Files.writeString(file, "other");
    Path other = shown.show(file);
    assertThat(other).isNotEqualTo(copy);
    assertThat(Files.readString(other)).isEqualTo("other");
    assertThat(Files.readString(copy)).isEqualTo("tool");
  }

  @Test
  void copiesThatNobodyUsesAreBounded() throws IOException {
    List<Path> copies = new ArrayList<>();
    for (int i = 0; i < ShownFiles.MOST_IDLE + 3; i++) {
      copies.add(shown.show(file("tool" + i, "rwx------")));
    }
    assertThat(copies).allMatch(Files::exists);
    Path used = copies.getFirst();
    for (Path copy : copies.subList(1, copies.size())) {
      shown.release(copy);
    }
    assertThat(used).exists();
    assertThat(copies.get(1)).doesNotExist(); // the oldest without a user
    assertThat(copies.get(2)).doesNotExist();
    assertThat(copies.subList(3, copies.size())).allMatch(Files::exists);
    shown.release(temp.resolve("never-shown"));
  }
}

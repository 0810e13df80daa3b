package dev.millrace.compute.sandbox;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// This machine.
final class SystemFacts implements MachineFacts {
  private static final List<Path> TOOL_FOLDERS =
      Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin").map(Path::of).toList();

  @Override
  public String architecture() {
    return System.getProperty("os.arch", "");
  }

  @Override
  public boolean root() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // no Linux, and so no sandbox
    }
  }

  @Override
  public Optional<Path> tool(String name) {
    return TOOL_FOLDERS.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public Map<String, String> environment() {
    return System.getenv();
  }

  @Override
  public String mounts() {
    return text(Path.of("/proc/self/mountinfo"));
  }

  @Override
  public String groups() {
    return text(Path.of("/proc/self/cgroup"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "file " + file + ": " + e.getMessage() + ": mount /proc", e);
    }
  }

  @Override
  public Optional<String> setting(String name) {
    try {
      return Optional.of(Files.readString(Path.of("/proc/sys").resolve(name)).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean systemd() {
    return Files.isDirectory(Path.of("/run/systemd/system"));
  }

  @Override
  public List<Path> publicFolders() {
    return List.of(Path.of("/var/cache/millrace"), Path.of("/run/millrace"));
  }
}

package dev.millrace.system.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A file system of its own in a file, whose power can be cut: what was not synced is gone, as
/// when a plug is pulled. Needs root.
public final class LoopDisk implements AutoCloseable {
  /// The file systems that the campaigns run on.
  public enum Kind {
    EXT4("mkfs.ext4", "-q", "-F"),
    XFS("mkfs.xfs", "-q", "-f");

    private final String[] make;

    Kind(String... make) {
      this.make = make;
    }
  }

  private static final int COMMAND_SECONDS = 60;

  private final Path image;
  private final Path folder;

  private LoopDisk(Path image, Path folder) {
    this.image = image;
    this.folder = folder;
  }

  public static LoopDisk make(Path work, Kind kind, String size) throws IOException {
    Path image = work.resolve(kind.name() + ".img");
    Path folder = Files.createDirectories(work.resolve(kind.name()));
    run("truncate", "-s", size, image.toString());
    String[] command = new String[kind.make.length + 1];
    System.arraycopy(kind.make, 0, command, 0, kind.make.length);
    command[kind.make.length] = image.toString();
    run(command);
    LoopDisk disk = new LoopDisk(image, folder);
    disk.mount();
    return disk;
  }

  public Path folder() {
    return folder;
  }

  /// Pulls the plug: nothing that is not on the disk yet will get there.
  public void cutPower() throws IOException {
    run("xfs_io", "-x", "-c", "shutdown", folder.toString());
  }

  public void mount() throws IOException {
    run("mount", "-o", "loop", image.toString(), folder.toString());
  }

  public void remount(String options) throws IOException {
    run("mount", "-o", "remount," + options, folder.toString());
  }

  public void unmount() throws IOException {
    run("umount", folder.toString());
  }

  @Override
  public void close() throws IOException {
    unmount();
    Files.delete(image);
  }

  public static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(String.join(" ", command) + ": interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}

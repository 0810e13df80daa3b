package dev.millrace.system.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A file system of its own in a file, whose power can be cut: what was not synced is gone, as when
/// a plug is pulled. Needs root.
public final class LoopDisk implements AutoCloseable {
  /// The file systems that tests run on; one in memory has no power to cut.
  public enum Kind {
    /// Without the share that is only root's: full is full.
    EXT4("mkfs.ext4 -q -F -m 0", "loop"),
    /// Without the space that XFS takes in advance behind a file that grows.
    XFS("mkfs.xfs -q -f", "loop,allocsize=64k"),
    TMPFS("", "");

    private final String make;
    private final String options;

    Kind(String make, String options) {
      this.make = make;
      this.options = options;
    }
  }

  private static final long FOR_THE_FILE_SYSTEM_BYTES = 8 << 20;
  private static final int SYNCS = 100;
  private static final int COMMAND_SECONDS = 60;

  private static final Set<LoopDisk> MOUNTED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(LoopDisk::unmountAll));
  }

  private final Kind kind;
  private final @Nullable Path image;
  private final Path folder;

  private LoopDisk(Kind kind, @Nullable Path image, Path folder) {
    this.kind = kind;
    this.image = image;
    this.folder = folder;
  }

  public static LoopDisk make(Path work, Kind kind, String size) throws IOException {
    Path folder = Files.createDirectories(work.resolve(kind.name()));
    if (kind == Kind.TMPFS) {
      run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
      return new LoopDisk(kind, null, folder).kept();
    }
    Path image = work.resolve(kind.name() + ".img");
    run("truncate", "-s", size, image.toString());
    List<String> command = new ArrayList<>(List.of(kind.make.split(" ", -1)));
    command.add(image.toString());
    run(command.toArray(String[]::new));
    LoopDisk disk = new LoopDisk(kind, image, folder);
    disk.mount();
    return disk;
  }

  /// Whatever happens to the test: the file system is unmounted at the end of the process.
  private LoopDisk kept() {
    MOUNTED.add(this);
    return this;
  }

  private static void unmountAll() {
    for (LoopDisk disk : List.copyOf(MOUNTED)) {
      try {
        run("umount", "-l", disk.folder.toString());
      } catch (IOException e) {
        System.err.println(e.getMessage());
      }
    }
  }

  public Path folder() {
    return folder;
  }

  /// Takes all space but so much.
  public void fill(long leftBytes) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    long taken = free - Math.max(leftBytes, FOR_THE_FILE_SYSTEM_BYTES);
    if (taken > 0) {
      run("fallocate", "-l", Long.toString(taken), filler().toString());
    }
    if (leftBytes == 0) {
      takeTheRest();
    }
  }

  /// To the last byte: file systems say "none" while they still have a little.
  private void takeTheRest() throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(rest())) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /// Gives back what [#fill] took, and waits until the file system has it: XFS frees in the
  /// background.
  public void free() throws IOException {
    long taken = sizeOf(filler()) + sizeOf(rest());
    long wanted = Files.getFileStore(folder).getUsableSpace() + taken - FOR_THE_FILE_SYSTEM_BYTES;
    Files.deleteIfExists(filler());
    Files.deleteIfExists(rest());
    for (int i = 0; i < SYNCS && Files.getFileStore(folder).getUsableSpace() < wanted; i++) {
      run("sync", "-f", folder.toString());
    }
  }

  private static long sizeOf(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  private Path rest() {
    return folder.resolve("filler-rest");
  }

  /// Pulls the plug: nothing that is not on the disk yet will get there.
  public void cutPower() throws IOException {
    run("xfs_io", "-x", "-c", "shutdown", folder.toString());
  }

  public void mount() throws IOException {
    run("mount", "-o", kind.options, String.valueOf(image), folder.toString());
    kept();
  }

  public void remount(String options) throws IOException {
    run("mount", "-o", "remount," + options, folder.toString());
  }

  public void unmount() throws IOException {
    run("umount", folder.toString());
    MOUNTED.remove(this);
  }

  @Override
  public void close() throws IOException {
    if (MOUNTED.contains(this)) {
      unmount();
    }
    if (image != null) {
      Files.delete(image);
    }
  }

  public static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
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

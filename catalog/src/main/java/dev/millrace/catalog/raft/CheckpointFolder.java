package dev.millrace.catalog.raft;

import dev.millrace.catalog.rocks.RocksTables;
import dev.millrace.catalog.state.CatalogTables.Applied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;

/// The checkpoints of the tables: folders `TERM_INDEX`. One under another name is not finished and
/// is removed.
final class CheckpointFolder implements StateMachineStorage {
  private static final Pattern NAME = Pattern.compile("(\\d{1,19})_(\\d{1,19})");
  private static final String UNFINISHED = "unfinished";

  private final Path folder;

  CheckpointFolder(Path folder) {
    this.folder = folder;
  }

  /// A finished checkpoint.
  record Found(Path path, Applied at) {}

  private List<Found> all() throws IOException {
    List<Found> found = new ArrayList<>();
    for (Path path : Disk.list(folder)) {
      Matcher name = NAME.matcher(path.getFileName().toString());
      if (name.matches()) {
        found.add(
            new Found(
                path, new Applied(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)))));
      }
    }
    found.sort(Comparator.comparingLong(checkpoint -> checkpoint.at().index()));
    return found;
  }

  synchronized Optional<Found> latest() throws IOException {
    List<Found> found = all();
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
  }

  /// Makes a checkpoint of the tables as they are; does nothing when there is one.
  synchronized Applied take(RocksTables tables) throws IOException {
    Applied at = tables.applied();
    Path target = folder.resolve(at.term() + "_" + at.index());
    if (Files.exists(target)) {
      return at;
    }
    Files.createDirectories(folder);
    Path unfinished = folder.resolve(UNFINISHED);
    Disk.deleteTree(unfinished);
    try {
      tables.checkpoint(unfinished);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Disk.deleteTree(unfinished);
    }
    Disk.syncFolder(folder);
    return at;
  }

  /// Copies the latest checkpoint into a new folder.
  ///
  /// @return which one, empty when there is none
  synchronized Optional<Found> export(Path target) throws IOException {
    Optional<Found> latest = latest();
    if (latest.isPresent()) {
      Disk.copyFolder(latest.get().path(), target);
    }
    return latest;
  }

  @Override
  public void init(RaftStorage storage) {}

  @Override
  public void format() throws IOException {
    Disk.deleteTree(folder);
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    try {
      Optional<Found> latest = latest();
      if (latest.isEmpty()) {
        return null;
      }
      List<FileInfo> files = new ArrayList<>();
      for (Path file : Disk.list(latest.get().path())) {
        files.add(new FileInfo(file, null));
      }
      return new FileListSnapshotInfo(files, latest.get().at().term(), latest.get().at().index());
    } catch (IOException e) {
      throw Disk.failure(folder, e);
    }
  }

  @Override
  public synchronized void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
    int keep = policy.getNumSnapshotsRetained();
    if (keep < 1) {
      return;
    }
    List<Found> found = all();
    for (Found old : found.subList(0, Math.max(0, found.size() - keep))) {
      Disk.deleteTree(old.path());
    }
  }
}

package dev.millrace.catalog.raft;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Examines the Raft log before Ratis opens it.
///
/// Ratis by itself either refuses to start at any bad checksum, a torn last entry too, or keeps
/// what stands in front of the first bad one and forgets the rest, acknowledged or not. Here:
///
/// - the end of the open segment was being written when the machine stopped, and nothing intact is
///   behind it: it was never acknowledged, and is cut;
/// - anything else that does not fit its checksum, or is missing: CORRUPT_LOG with the file, the
///   offset, the entry, and what to do.
///
/// What is kept of an open segment is written again and synced: bytes that a process left in the
/// page cache, or whose `fdatasync` failed, may be readable and still not on the disk.
final class LogExaminer {
  private static final Logger LOG = LoggerFactory.getLogger(LogExaminer.class);
  private static final Pattern CLOSED = Pattern.compile("log_(\\d{1,19})-(\\d{1,19})");
  private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d{1,19})");

  private final Path folder;
  private long firstIndex = -1;
  private long lastIndex = -1;
  private long lastTerm = 0;

  /// @param folder Ratis' `current`
  LogExaminer(Path folder) {
    this.folder = folder;
  }

  /// What the log holds.
  ///
  /// @param firstIndex -1 when there is no entry
  /// @param lastIndex -1 when there is no entry
  record Finding(long firstIndex, long lastIndex, long lastTerm) {
    boolean empty() {
      return lastIndex < 0;
    }
  }

  private record Segment(Path path, long start, long end, boolean open) {}

  /// @throws MillraceException CORRUPT_LOG, IO_ERROR, DISK_FULL
  Finding examine() {
    try {
      List<Segment> segments = segments();
      for (int i = 0; i < segments.size(); i++) {
        Segment segment = segments.get(i);
        if (segment.open() && i < segments.size() - 1) {
          throw corrupt(segment.path(), 0, segment.start(), "an open segment is not the last one");
        }
        if (lastIndex >= 0 && segment.start() != lastIndex + 1) {
          throw corrupt(segment.path(), 0, lastIndex + 1, "the segment in front of it is missing");
        }
        examine(segment);
      }
      checkVote();
      return new Finding(firstIndex, lastIndex, lastTerm);
    } catch (IOException e) {
      throw Disk.failure(folder, e);
    }
  }

  private List<Segment> segments() throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (Path path : Disk.list(folder)) {
      String name = path.getFileName().toString();
      Matcher closed = CLOSED.matcher(name);
      Matcher open = OPEN.matcher(name);
      if (closed.matches()) {
        segments.add(
            new Segment(
                path, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2)), false));
      } else if (open.matches()) {
        segments.add(new Segment(path, Long.parseLong(open.group(1)), Long.MAX_VALUE, true));
      }
    }
    segments.sort(Comparator.comparingLong(Segment::start));
    return segments;
  }

  private void examine(Segment segment) throws IOException {
    SegmentFile file = new SegmentFile(segment.path());
    if (!file.headerIntact()) {
      if (segment.open() && file.neverWritten()) {
        Files.delete(segment.path());
        Disk.syncFolder(folder);
        return;
      }
      throw corrupt(segment.path(), 0, segment.start(), "its header is damaged");
    }
    int offset = file.headerLength();
    long next = segment.start();
    while (offset < file.length()) {
      SegmentFile.Entry entry = file.entryAt(offset);
      if (entry == null) {
        break;
      }
      if (entry.index() != next || entry.term() < lastTerm) {
        throw corrupt(segment.path(), offset, next, "another entry stands there");
      }
      note(entry);
      next++;
      offset = entry.end();
    }
    if (segment.open()) {
      finishOpen(file, offset, next);
    } else if (next != segment.end() + 1 || !file.zerosFrom(offset)) {
      throw corrupt(segment.path(), offset, next, "its checksum does not fit");
    }
  }

  private void note(SegmentFile.Entry entry) {
    if (firstIndex < 0) {
      firstIndex = entry.index();
    }
    lastIndex = entry.index();
    lastTerm = entry.term();
  }

  private void finishOpen(SegmentFile file, int offset, long next) throws IOException {
    if (offset == file.length()) {
      return;
    }
    if (!file.zerosFrom(offset)) {
      if (file.intactBehind(offset, next).isPresent() || !file.tornAt(offset)) {
        throw corrupt(file.path(), offset, next, "its checksum does not fit");
      }
      LOG.warn("catalog_log_tail_cut file={} offset={} entry={}", file.path(), offset, next);
    }
    rewrite(file, offset);
  }

  private void rewrite(SegmentFile file, int length) throws IOException {
    Path fresh = file.path().resolveSibling(file.path().getFileName() + ".rewrite");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer kept = ByteBuffer.wrap(file.front(length));
      while (kept.hasRemaining()) {
        out.write(kept);
      }
      out.force(true);
    }
    Files.move(
        fresh, file.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Disk.syncFolder(folder);
  }

  /// Ratis keeps its term and vote as text without a checksum: what can be told from the log is
  /// checked.
  private void checkVote() throws IOException {
    Path file = folder.resolve("raft-meta");
    if (!Files.exists(file)) {
      throw corrupt(file, 0, lastIndex, "it is gone");
    }
    Properties vote = new Properties();
    try (java.io.InputStream in = Files.newInputStream(file)) {
      vote.load(in);
      long term = Long.parseLong(vote.getProperty("term", "none"));
      if (term < lastTerm || vote.getProperty("votedFor") == null) {
        throw corrupt(file, 0, lastIndex, "its term " + term + " is behind the log's " + lastTerm);
      }
    } catch (IllegalArgumentException e) {
      throw corrupt(file, 0, lastIndex, "its term or vote can't be read");
    }
  }

  private static MillraceException corrupt(Path file, long offset, long entry, String why) {
    return new MillraceException(
        ErrorCode.CORRUPT_LOG,
        "catalog log "
            + file
            + ", offset "
            + offset
            + ", entry "
            + entry
            + ": "
            + why
            + ": restore the catalog with 'millrace catalog restore' or 'millrace catalog rebuild'");
  }
}

package dev.millrace.volumes;

import dev.millrace.wire.volume.IndexCodec;
import dev.millrace.wire.volume.RecordShape;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The snapshot of a volume's index, written when it is closed in order. Only ever saves time: one
/// that is missing, damaged, of another version or of other segments is as good as none. So it is
/// not synced either.
final class IndexFile {
  private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);
  private static final String NAME = "index";
  private static final String NEW_NAME = "index.new";
  private static final int BLOCK_BYTES = 1 << 20;

  private final DiskVolume volume;
  private final Path path;
  private long nextSequence = 1;

  IndexFile(DiskVolume volume) {
    this.volume = volume;
    this.path = volume.folder.resolve(NAME);
  }

  /// What the loaded snapshot says; 1 without one.
  long nextSequence() {
    return nextSequence;
  }

  /// Fills the volume's table from the snapshot.
  ///
  /// @param sizes of the segment files that are there
  /// @return the length through which each segment is known, by its number; empty without a
  ///   snapshot
  Map<Long, Long> load(Map<Segment, Long> sizes) throws IOException {
    DiskIo io = volume.context.io();
    if (!io.exists(path)) {
      return Map.of();
    }
    try (SegmentFile file = io.open(path)) {
      long size = file.size();
      if (size < IndexCodec.HEADER_BYTES + IndexCodec.CRC_BYTES || size > Integer.MAX_VALUE) {
        return ignored("size " + size);
      }
      ByteBuffer in = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
      file.read(in, 0);
      in.flip();
      CRC32C crc = new CRC32C();
      crc.update(in.array(), 0, (int) size - IndexCodec.CRC_BYTES);
      if (in.limit() != size
          || in.getInt((int) size - IndexCodec.CRC_BYTES) != (int) crc.getValue()) {
        return ignored("checksum");
      }
      IndexCodec.Head head = IndexCodec.decodeHead(in);
      if (head == null || head.volumeNumber() != volume.id.value()) {
        return ignored("format version or volume");
      }
      return apply(head, in, sizes);
    } catch (BufferUnderflowException e) {
      return ignored("lengths");
    }
  }

  private Map<Long, Long> apply(IndexCodec.Head head, ByteBuffer in, Map<Segment, Long> sizes) {
    if (in.remaining() - IndexCodec.CRC_BYTES != head.chunkCount() * IndexCodec.CHUNK_BYTES) {
      return ignored("chunk count");
    }
    Map<Long, Long> known = new HashMap<>();
    for (IndexCodec.SegmentState state : head.segments()) {
      Segment segment = volume.segments().get(state.number());
      if (segment == null
          || segment.header.nonce() != state.nonce()
          || sizes.getOrDefault(segment, 0L) < state.lengthBytes()) {
        return ignored("segment " + state.number() + " is another");
      }
      known.put(state.number(), state.lengthBytes());
    }
    for (IndexCodec.SegmentState state : head.segments()) {
      Segment segment = volume.segments().get(state.number());
      if (segment != null) {
        segment.tombstones().putAll(state.tombstones());
      }
    }
    for (long i = 0; i < head.chunkCount(); i++) {
      long local = in.getLong();
      long sequence = in.getLong();
      long place = in.getLong();
      RecordShape shape = new RecordShape(in.getInt(), in.getInt());
      volume.table.put(
          local,
          new Location(sequence, ChunkTable.segment(place), ChunkTable.offset(place), shape));
    }
    nextSequence = head.nextSequence();
    return known;
  }

  private Map<Long, Long> ignored(String what) {
    LOG.info("index.ignored file={} reason=\"{}\"", path, what);
    return Map.of();
  }

  /// Writes the snapshot, unless some segment holds bytes that were not synced: what isn't durable
  /// may be gone after a crash and other records lie in its place, which a snapshot that claims to
  /// know it would hide. Needs the volume's lock. A failure costs time at the next start, no more.
  void save() {
    for (Segment segment : volume.segments().all()) {
      if (segment.ledger.durableThrough() != segment.ledger.tail()) {
        return;
      }
    }
    DiskIo io = volume.context.io();
    Path fresh = volume.folder.resolve(NEW_NAME);
    try {
      if (io.exists(fresh)) {
        io.delete(fresh);
      }
      try (SegmentFile file = io.create(fresh)) {
        write(file);
      }
      io.move(fresh, path);
    } catch (IOException e) {
      LOG.info("index.unsaved file={} reason={}", path, IoFailure.text(e));
    }
  }

  private void write(SegmentFile file) throws IOException {
    List<IndexCodec.SegmentState> states = new ArrayList<>();
    for (Segment segment : volume.segments().all()) {
      states.add(
          new IndexCodec.SegmentState(
              segment.number(),
              segment.header.nonce(),
              segment.ledger.tail(),
              segment.tombstones()));
    }
    IndexCodec.Head head =
        new IndexCodec.Head(volume.id.value(), volume.nextSequence(), states, volume.table.size());
    Output out = new Output(file, Math.max(BLOCK_BYTES, head.encodedBytes()));
    IndexCodec.encodeHead(head, out.buffer);
    long[] locals = volume.table.sortedLocals();
    for (long local : locals) {
      Location at = volume.table.get(local);
      if (at != null) {
        out.room(IndexCodec.CHUNK_BYTES);
        out.buffer.putLong(local).putLong(at.sequence());
        out.buffer.putLong(ChunkTable.place(at.segment(), at.offset()));
        out.buffer.putInt(at.shape().plainBytes()).putInt(at.shape().recoveryBytes());
      }
    }
    out.finish();
  }

  /// Blocks of the file, and their checksum.
  private static final class Output {
    final ByteBuffer buffer;
    private final SegmentFile file;
    private final CRC32C crc = new CRC32C();
    private long position;

    Output(SegmentFile file, int bytes) {
      this.file = file;
      this.buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    void room(int bytes) throws IOException {
      if (buffer.remaining() < bytes) {
        crc.update(buffer.array(), 0, buffer.position());
        write();
      }
    }

    void finish() throws IOException {
      room(buffer.capacity());
      buffer.putInt((int) crc.getValue());
      write();
    }

    private void write() throws IOException {
      int length = buffer.position();
      file.write(buffer.flip(), position);
      position += length;
      buffer.clear();
    }
  }
}

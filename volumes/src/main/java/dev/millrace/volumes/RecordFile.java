package dev.millrace.volumes;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.model.ChunkId;
import dev.millrace.wire.SealedChunk;
import dev.millrace.wire.volume.Crc;
import dev.millrace.wire.volume.Decoded;
import dev.millrace.wire.volume.RecordCodec;
import dev.millrace.wire.volume.RecordHeader;
import dev.millrace.wire.volume.RecordShape;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Writes chunk records to segment files and reads them back, every checksum verified.
final class RecordFile {
  private static final byte[] ZEROS = new byte[RecordShape.LARGE_ALIGNMENT_BYTES];

  /// Leaves room for the zeros behind the last frame.
  private static final int PIECE_BYTES = BufferPool.BUFFER_BYTES - ZEROS.length;

  private final BufferPool buffers;

  RecordFile(BufferPool buffers) {
    this.buffers = buffers;
  }

  /// Writes a chunk with all that belongs to it. What doesn't fit one buffer is written frames
  /// first, header last, so that a write that fails leaves no header.
  void write(Segment segment, RecordHeader.Place place, SealedChunk chunk, long sequence)
      throws IOException {
    RecordShape shape = new RecordShape(chunk.plainBytes(), chunk.recovery().length());
    byte[] meta = encodeMeta(place, chunk, sequence, shape);
    ByteBuffer buffer = buffers.take();
    try {
      if (shape.extentBytes() <= BufferPool.BUFFER_BYTES) {
        buffer.put(meta).put(chunk.buffer(), 0, chunk.sealedBytes());
        pad(buffer, shape.extentBytes() - buffer.position());
        segment.file.write(buffer.flip(), place.offset());
        return;
      }
      for (int from = 0; from < chunk.sealedBytes(); from += PIECE_BYTES) {
        int length = Math.min(PIECE_BYTES, chunk.sealedBytes() - from);
        buffer.clear().put(chunk.buffer(), from, length);
        if (from + length == chunk.sealedBytes()) {
          pad(buffer, shape.extentBytes() - shape.dataOffset() - chunk.sealedBytes());
        }
        segment.file.write(buffer.flip(), place.offset() + shape.dataOffset() + from);
      }
      segment.file.write(buffer.clear().put(meta).flip(), place.offset());
    } finally {
      buffers.give(buffer);
    }
  }

  private static void pad(ByteBuffer buffer, int bytes) {
    buffer.put(ZEROS, 0, bytes);
  }

  private static byte[] encodeMeta(
      RecordHeader.Place place, SealedChunk chunk, long sequence, RecordShape shape) {
    byte[] meta = new byte[shape.dataOffset()];
    RecordCodec.writeTable(chunk, shape, meta, 0);
    System.arraycopy(
        chunk.recovery().toArray(), 0, meta, RecordCodec.HEADER_BYTES, shape.recoveryBytes());
    int bodyCrc = RecordCodec.bodyCrc(shape, meta, 0);
    RecordCodec.encode(
        new RecordHeader.Chunk(chunk.id(), sequence, shape, bodyCrc, place), meta, 0);
    return meta;
  }

  /// Writes a record that is only a header.
  void write(Segment segment, RecordHeader header) throws IOException {
    ByteBuffer buffer = buffers.take();
    try {
      buffer.put(RecordCodec.encode(header));
      segment.file.write(buffer.flip(), header.place().offset());
    } finally {
      buffers.give(buffer);
    }
  }

  /// Writes zeros where no hole can be punched.
  void writeZeros(SegmentFile file, long from, long to) throws IOException {
    if (file.punch(from, to)) {
      return;
    }
    ByteBuffer buffer = buffers.take();
    try {
      long end = Math.min(to, file.size());
      for (long at = from; at < end; at += ZEROS.length) {
        pad(buffer.clear(), (int) Math.min(ZEROS.length, end - at));
        file.write(buffer.flip(), at);
      }
    } finally {
      buffers.give(buffer);
    }
  }

  /// Reads frames of a chunk into `target` from index 0.
  ///
  /// @return how many bytes
  int readFrames(
      Segment segment, ChunkId id, Location at, int firstFrame, int frameCount, byte[] target)
      throws IOException, DamagedRecord {
    RecordShape shape = at.shape();
    int from = shape.frameOffset(firstFrame);
    int to = shape.frameOffset(firstFrame + frameCount);
    Check.that(to - from <= target.length, "%d bytes into %d", to - from, target.length);
    ByteBuffer buffer = buffers.take();
    try {
      boolean oneRead = to <= BufferPool.BUFFER_BYTES && !shape.large();
      byte[] meta = readMeta(segment, id, at, buffer, oneRead ? to : 0);
      if (oneRead) {
        buffer.get(from, target, 0, to - from);
      } else {
        readInto(segment, at.offset() + from, target, to - from, buffer);
      }
      verifyFrames(at, firstFrame, frameCount, meta, target);
      return to - from;
    } finally {
      buffers.give(buffer);
    }
  }

  /// The recovery blob of a chunk, verified.
  Bytes readRecovery(Segment segment, ChunkId id, Location at) throws IOException, DamagedRecord {
    ByteBuffer buffer = buffers.take();
    try {
      byte[] meta = readMeta(segment, id, at, buffer, 0);
      return Bytes.copyOf(meta, RecordCodec.HEADER_BYTES, at.shape().recoveryBytes());
    } finally {
      buffers.give(buffer);
    }
  }

  /// Reads header, recovery blob and table, and leaves at least `wanted` bytes from the record's
  /// start in `buffer`.
  private static byte[] readMeta(
      Segment segment, ChunkId id, Location at, ByteBuffer buffer, int wanted)
      throws IOException, DamagedRecord {
    RecordShape shape = at.shape();
    int metaBytes = Math.max(shape.metaBytes(), RecordShape.GRANULE_BYTES);
    int length = Math.max(metaBytes, wanted);
    int got = segment.file.read(buffer.clear().limit(length), at.offset());
    if (got < shape.metaBytes() || got < wanted) {
      throw new DamagedRecord("end: the file ends within the record", at.offset() + got);
    }
    byte[] meta = new byte[metaBytes];
    buffer.get(0, meta, 0, Math.min(got, metaBytes));
    switch (RecordCodec.decode(meta, 0, segment.siteAt(at.offset()))) {
      case Decoded.Whole<RecordHeader>(RecordHeader header) -> {
        if (!(header instanceof RecordHeader.Chunk chunk)
            || !chunk.id().equals(id)
            || chunk.sequence() != at.sequence()
            || !chunk.shape().equals(shape)) {
          throw new DamagedRecord("header: another record is there", at.offset());
        }
        int crc = RecordCodec.bodyCrc(shape, meta, 0);
        if (crc != chunk.bodyCrc()) {
          throw new DamagedRecord(
              "recovery blob or frame table: CRC32C is %08x, was %08x"
                  .formatted(crc, chunk.bodyCrc()),
              at.offset() + RecordCodec.HEADER_BYTES);
        }
      }
      case Decoded.Blank<RecordHeader>() -> throw new DamagedRecord("header: zeros", at.offset());
      case Decoded.Damaged<RecordHeader>(String what, var _) ->
          throw new DamagedRecord("header: " + what, at.offset());
    }
    return meta;
  }

  private static void readInto(
      Segment segment, long offset, byte[] target, int length, ByteBuffer buffer)
      throws IOException, DamagedRecord {
    for (int done = 0; done < length; ) {
      int wanted = Math.min(BufferPool.BUFFER_BYTES, length - done);
      int got = segment.file.read(buffer.clear().limit(wanted), offset + done);
      if (got < wanted) {
        throw new DamagedRecord("end: the file ends within the record", offset + done + got);
      }
      buffer.get(0, target, done, wanted);
      done += wanted;
    }
  }

  private static void verifyFrames(
      Location at, int firstFrame, int frameCount, byte[] meta, byte[] target)
      throws DamagedRecord {
    RecordShape shape = at.shape();
    int base = shape.frameOffset(firstFrame);
    for (int frame = firstFrame; frame < firstFrame + frameCount; frame++) {
      int start = shape.frameOffset(frame);
      int crc = Crc.of(target, start - base, shape.frameOffset(frame + 1) - start);
      int expected = RecordCodec.frameCrc(shape, frame, meta, 0);
      if (crc != expected) {
        throw new DamagedRecord(
            "frame %d: CRC32C is %08x, was %08x".formatted(frame, crc, expected),
            at.offset() + start);
      }
    }
  }
}

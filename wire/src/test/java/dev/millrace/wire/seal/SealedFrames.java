package dev.millrace.wire.seal;

import dev.millrace.base.Limits;
import dev.millrace.model.ChunkId;
import dev.millrace.wire.SealedChunk;

/// Whole chunks sealed and opened frame by frame, for tests.
final class SealedFrames {
  private SealedFrames() {}

  static byte[] seal(DataKey key, ChunkId chunk, byte[] plain) {
    ChunkCipher cipher = new ChunkCipher(key, chunk, plain.length);
    byte[] sealed = new byte[SealedChunk.sealedLength(plain.length)];
    int at = 0;
    for (int frame = 0; frame < cipher.frameCount(); frame++) {
      at += cipher.sealFrame(frame, plain, frame * Limits.FRAME_BYTES, sealed, at);
    }
    return sealed;
  }

  static byte[] open(DataKey key, ChunkId chunk, byte[] sealed, int plainBytes) {
    ChunkCipher cipher = new ChunkCipher(key, chunk, plainBytes);
    byte[] plain = new byte[plainBytes];
    for (int frame = 0; frame < cipher.frameCount(); frame++) {
      cipher.openFrame(
          frame, sealed, frame * SealedChunk.SEALED_FRAME_BYTES, plain, frame * Limits.FRAME_BYTES);
    }
    return plain;
  }
}

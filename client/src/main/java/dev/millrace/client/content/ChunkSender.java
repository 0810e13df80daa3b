package dev.millrace.client.content;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Extent;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Volume;
import dev.millrace.wire.SealedChunk;
import dev.millrace.wire.seal.ChunkCipher;
import dev.millrace.wire.seal.DataKey;
import dev.millrace.wire.seal.Recovery;
import dev.millrace.wire.seal.RecoveryCodec;

/// Seals a chunk and brings it to all members of a volume; when one of them doesn't take it, to
/// another volume. Thread-safe.
final class ChunkSender {
  /// How often something other than a full volume may go wrong before the write fails.
  private static final int MAX_FAULTS = 4;

  /// More than open volumes, which may all be full at once.
  private static final int MAX_ATTEMPTS = 40;

  private final OpenVolumes volumes;
  private final Members members;
  private final RecoveryCodec codec;
  private final IdSource ids;

  ChunkSender(OpenVolumes volumes, Members members, RecoveryCodec codec, IdSource ids) {
    this.volumes = volumes;
    this.members = members;
    this.codec = codec;
    this.ids = ids;
  }

  /// A chunk that is ready to go.
  ///
  /// @param buffer the plaintext, frame `i` at `i` times [SealedChunk#SEALED_FRAME_BYTES]; holds
  ///   ciphertext afterwards
  /// @param turn spreads a writer's chunks over the volumes
  @SuppressWarnings("ArrayRecordComponent") // bulk bytes, lent; never compared
  record Parcel(
      byte[] buffer,
      int plainBytes,
      DataKey dataKey,
      StoragePolicy policy,
      Recovery recovery,
      int turn) {}

  /// Returns when the chunk is durable at all members.
  ///
  /// @throws MillraceException the last failure, when no volume took it; nothing is left of it then
  ///   but at members that cannot be reached
  Extent send(Parcel parcel) {
    ChunkCipher sealedBy = null;
    int faults = 0;
    for (int attempt = 0; ; attempt++) {
      Volume volume = volumes.choose(parcel.policy(), parcel.turn() + attempt);
      // A new id each time: under one id and data key there must never be two plaintexts, and a
      // member that fails may still have the chunk.
      ChunkId id = new ChunkId(volume.id().value(), ids.random64());
      if (sealedBy != null) {
        sealedBy.openInPlace(parcel.buffer());
      }
      sealedBy = new ChunkCipher(parcel.dataKey(), id, parcel.plainBytes());
      int sealedBytes = sealedBy.sealInPlace(parcel.buffer());
      SealedChunk chunk =
          new SealedChunk(
              id,
              parcel.plainBytes(),
              codec.seal(id, parcel.recovery()),
              parcel.buffer(),
              sealedBytes);
      try {
        members.put(volume, chunk);
        return new Extent(id, parcel.plainBytes());
      } catch (MillraceException e) {
        members.free(volume, id);
        faults += e.code() == ErrorCode.VOLUME_FULL ? 0 : 1;
        if (!anotherMayTakeIt(e.code()) || faults >= MAX_FAULTS || attempt >= MAX_ATTEMPTS) {
          throw e;
        }
        volumes.retire(volume, takesNoMore(e.code()), String.valueOf(e.getMessage()));
      }
    }
  }

  private static boolean anotherMayTakeIt(ErrorCode code) {
    return takesNoMore(code)
        || code == ErrorCode.UNAVAILABLE
        || code == ErrorCode.TIMEOUT
        || code == ErrorCode.IO_ERROR;
  }

  private static boolean takesNoMore(ErrorCode code) {
    return code == ErrorCode.VOLUME_FULL
        || code == ErrorCode.READ_ONLY
        || code == ErrorCode.DISK_FULL;
  }
}

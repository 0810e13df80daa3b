package dev.millrace.wire.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/// Seals and opens recovery headers. Thread-safe.
///
/// ```
/// 0    format version, 1
/// 1    number of the master key (4 bytes)
/// 5    check value of the master key (8)
/// 13   nonce, random (12)
/// 25   AES-256-GCM under the chunk's recovery key; aad: chunk id (16) ‖ bytes 0 to 12
///        version id (16)  piece (4)  extent (4)  offset (8)
///        flags (1): 1 last extent of its piece, 2 last piece of its version
///        number of the data key's master key (4)
///        bucket, key, wrapped data key: each its length (2) and its bytes
/// end  tag (16)
/// ```
///
/// Numbers are big-endian. The key is the chunk's own and the nonce random, so that neither two
/// chunks nor two attempts at one chunk meet.
public final class RecoveryCodec {
  /// Longest sealed header: the longest bucket name and key, a wrapped key, and the fixed fields.
  public static final int MAX_BYTES = 1536;

  private static final byte FORMAT = 1;
  private static final int HEAD_BYTES = 1 + Integer.BYTES + MasterKey.CHECK_BYTES;
  private static final int SEALED_AT = HEAD_BYTES + Primitives.NONCE_BYTES;
  private static final int LAST_EXTENT = 1;
  private static final int LAST_PIECE = 2;

  private final MasterKeys keys;

  public RecoveryCodec(MasterKeys keys) {
    this.keys = keys;
  }

  public Bytes seal(ChunkId chunk, Recovery recovery) {
    MasterKey master = keys.currentKey();
    byte[] nonce = new byte[Primitives.NONCE_BYTES];
    keys.random().nextBytes(nonce);
    ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
    out.put(FORMAT).putInt(master.number()).put(master.check().toArray()).put(nonce);
    byte[] plain = encode(recovery);
    try {
      Cipher cipher =
          cipher(
              Cipher.ENCRYPT_MODE,
              master.recovery(chunk.volumeNumber(), chunk.local()),
              chunk,
              out.array());
      int sealed = cipher.doFinal(plain, 0, plain.length, out.array(), SEALED_AT);
      return Bytes.copyOf(out.array(), 0, SEALED_AT + sealed);
    } catch (GeneralSecurityException e) {
      throw Primitives.unusable(e);
    }
  }

  /// What a chunk says of itself.
  ///
  /// @throws MillraceException KEY_MISSING, KEY_WRONG, or CORRUPT_DATA when these are not the bytes
  ///   that were sealed for this chunk
  public Recovery open(ChunkId chunk, Bytes sealed) {
    byte[] in = sealed.toArray();
    if (in.length <= SEALED_AT || in[0] != FORMAT) {
      throw damaged(chunk, null);
    }
    ByteBuffer head = ByteBuffer.wrap(in, 1, HEAD_BYTES - 1);
    int number = head.getInt();
    Bytes check = Bytes.copyOf(in, 1 + Integer.BYTES, MasterKey.CHECK_BYTES);
    SecretKey key = keys.recoveryKey(number, check, chunk);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, chunk, in);
      return decode(ByteBuffer.wrap(cipher.doFinal(in, SEALED_AT, in.length - SEALED_AT)));
    } catch (GeneralSecurityException | BufferUnderflowException e) {
      throw damaged(chunk, e);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, ChunkId chunk, byte[] header)
      throws GeneralSecurityException {
    Cipher cipher = Primitives.gcm();
    cipher.init(
        mode,
        key,
        new GCMParameterSpec(Primitives.TAG_BITS, header, HEAD_BYTES, Primitives.NONCE_BYTES));
    cipher.updateAAD(
        ByteBuffer.allocate(16).putLong(chunk.volumeNumber()).putLong(chunk.local()).array());
    cipher.updateAAD(header, 0, HEAD_BYTES);
    return cipher;
  }

  private static byte[] encode(Recovery recovery) {
    ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
    Id128 version = recovery.version().value();
    out.putLong(version.high()).putLong(version.low());
    out.putInt(recovery.piece()).putInt(recovery.extent()).putLong(recovery.offset());
    out.put(
        (byte)
            ((recovery.lastExtent() ? LAST_EXTENT : 0) | (recovery.lastPiece() ? LAST_PIECE : 0)));
    out.putInt(recovery.dataKey().masterKeyNumber());
    put(out, recovery.bucket().value().getBytes(UTF_8));
    put(out, recovery.key().utf8());
    put(out, recovery.dataKey().wrapped().toArray());
    byte[] plain = new byte[out.position()];
    out.flip().get(plain);
    return plain;
  }

  private static Recovery decode(ByteBuffer in) {
    VersionId version = new VersionId(new Id128(in.getLong(), in.getLong()));
    int piece = in.getInt();
    int extent = in.getInt();
    long offset = in.getLong();
    int flags = in.get();
    int masterKeyNumber = in.getInt();
    BucketName bucket = new BucketName(new String(take(in), UTF_8));
    ObjectKey key = new ObjectKey(new String(take(in), UTF_8));
    return new Recovery(
        bucket,
        key,
        version,
        piece,
        extent,
        offset,
        (flags & LAST_EXTENT) != 0,
        (flags & LAST_PIECE) != 0,
        new WrappedKey(masterKeyNumber, Bytes.copyOf(take(in))));
  }

  private static void put(ByteBuffer out, byte[] value) {
    Check.that(value.length <= Short.MAX_VALUE, "field of %d bytes", value.length);
    out.putShort((short) value.length).put(value);
  }

  private static byte[] take(ByteBuffer in) {
    int length = Short.toUnsignedInt(in.getShort());
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] value = new byte[length];
    in.get(value);
    return value;
  }

  private static MillraceException damaged(
      ChunkId chunk, @org.jspecify.annotations.Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.CORRUPT_DATA,
        "chunk " + chunk + ": its recovery header is damaged: read another copy of the chunk",
        cause);
  }
}

package dev.millrace.node;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Files;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Bytes to store, and what tests say of them.
final class Content {
  private Content() {}

  static byte[] random(long seed, int sizeBytes) {
    byte[] bytes = new byte[sizeBytes];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /// Lines of words that compress well.
  static byte[] text(long seed, int sizeBytes) {
    Random random = new Random(seed);
    byte[] bytes = new byte[sizeBytes];
    for (int i = 0; i < sizeBytes; i++) {
      int draw = random.nextInt(40);
      bytes[i] = (byte) (draw == 0 ? '\n' : draw < 7 ? ' ' : 'a' + draw % 11);
    }
    return bytes;
  }

  static StoredVersion put(Files files, String bucket, String key, byte[] bytes) {
    return files.put(
        PutRequest.of(new BucketName(bucket), new ObjectKey(key)), new ByteArrayInputStream(bytes));
  }

  static byte[] get(Files files, ObjectRef ref, ByteRange range) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    files.get(ref, range, sink);
    return sink.toByteArray();
  }

  static byte[] get(Files files, String bucket, String key) {
    return get(files, ref(bucket, key), ByteRange.whole());
  }

  static ObjectRef ref(String bucket, String key) {
    return ObjectRef.current(new BucketName(bucket), new ObjectKey(key));
  }

  static String digest(String algorithm, byte[] bytes) {
    try {
      return Text.hex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static MillraceException failureOf(ThrowingCallable call) {
    return catchThrowableOfType(MillraceException.class, call);
  }
}

package dev.millrace.wire.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The three primitives that sealing is made of, as the JDK gives them: HKDF-SHA256 (RFC 5869),
/// AES-256-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags, AES-256 key wrap (RFC 3394).
final class Primitives {
  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 12;
  static final int TAG_BITS = 128;

  private Primitives() {}

  /// HKDF-SHA256, extract then expand, with an empty salt: keys are uniform already.
  ///
  /// @param purpose keeps keys of different purposes apart; ends with its format version
  /// @param context which of the keys of that purpose, as big-endian numbers
  static SecretKey derive(byte[] key, String purpose, long... context) {
    byte[] label = purpose.getBytes(US_ASCII);
    ByteBuffer info = ByteBuffer.allocate(label.length + Long.BYTES * context.length).put(label);
    for (long number : context) {
      info.putLong(number);
    }
    return new SecretKeySpec(hkdf(key, new byte[0], info.array(), KEY_BYTES), "AES");
  }

  static byte[] hkdf(byte[] key, byte[] salt, byte[] info, int length) {
    try {
      HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract().addIKM(key);
      if (salt.length > 0) {
        extract.addSalt(salt);
      }
      return KDF.getInstance(HKDF, Chosen.HKDF_PROVIDER)
          .deriveData(extract.thenExpand(info, length));
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  private static final String GCM = "AES/GCM/NoPadding";
  private static final String KEY_WRAP = "AES/KW/NoPadding";
  private static final String HKDF = "HKDF-SHA256";

  /// Key wrap ciphers that wait to be used again.
  private static final int IDLE_KEY_WRAPS = 64;

  private static final Queue<Cipher> KEY_WRAPS = new ArrayBlockingQueue<>(IDLE_KEY_WRAPS);

  /// The JDK's choice for each, made once: to go through all providers for every cipher took a
  /// tenth of the time of a small object's get.
  private static final class Chosen {
    private static final Provider GCM_PROVIDER = preferred(GCM);
    private static final Provider KEY_WRAP_PROVIDER = preferred(KEY_WRAP);
    private static final String HKDF_PROVIDER = preferredForHkdf();

    private static String preferredForHkdf() {
      try {
        return KDF.getInstance(HKDF).getProviderName();
      } catch (GeneralSecurityException e) {
        throw unusable(e);
      }
    }

    private static Provider preferred(String transformation) {
      try {
        return Cipher.getInstance(transformation).getProvider();
      } catch (GeneralSecurityException e) {
        throw unusable(e);
      }
    }
  }

  /// A cipher object to be initialised again for every frame. Costs about a microsecond: made once
  /// a chunk, not once a frame.
  static Cipher gcm() {
    return cipher(GCM, Chosen.GCM_PROVIDER);
  }

  /// What is done with a cipher.
  interface CipherUse<T> {
    T with(Cipher cipher) throws GeneralSecurityException;
  }

  /// Lends a key wrap cipher, to be initialised; one that failed is not lent again. Each small get
  /// unwraps a key, and making the cipher took as long.
  static <T> T keyWrap(CipherUse<T> use) throws GeneralSecurityException {
    Cipher waiting = KEY_WRAPS.poll();
    Cipher cipher = waiting != null ? waiting : cipher(KEY_WRAP, Chosen.KEY_WRAP_PROVIDER);
    T result = use.with(cipher);
    var _ = KEY_WRAPS.offer(cipher);
    return result;
  }

  private static Cipher cipher(String transformation, Provider provider) {
    try {
      return Cipher.getInstance(transformation, provider);
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  /// What the JDK throws for a misuse of the primitive: our bug, or a JDK without [#REQUIRED].
  static IllegalStateException unusable(GeneralSecurityException e) {
    return new IllegalStateException("bug: cipher refused: needs a JDK with " + REQUIRED, e);
  }

  /// Algorithms that the JDK must have.
  static final List<String> REQUIRED = List.of(GCM, KEY_WRAP, HKDF);
}

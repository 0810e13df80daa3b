package dev.millrace.wire.seal;

import static dev.millrace.wire.seal.VectorFile.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class PrimitivesTest {
  @Test
  void aesGcmAgreesWithWycheproof() throws GeneralSecurityException {
    List<String[]> vectors = VectorFile.lines("wycheproof-aes-256-gcm.txt");
    assertThat(vectors).hasSize(66);
    // One cipher object for all, as a chunk uses it for its frames.
    Cipher cipher = Primitives.gcm();
    for (String[] vector : vectors) {
      SecretKeySpec key = new SecretKeySpec(hex(vector[2]), "AES");
      GCMParameterSpec nonce = new GCMParameterSpec(Primitives.TAG_BITS, hex(vector[3]));
      byte[] aad = hex(vector[4]);
      byte[] plain = hex(vector[5]);
      byte[] sealed = hex(vector[6] + vector[7]);
      cipher.init(Cipher.DECRYPT_MODE, key, nonce);
      cipher.updateAAD(aad);
      if (vector[1].equals("valid")) {
        assertThat(cipher.doFinal(sealed)).as(vector[0]).isEqualTo(plain);
        cipher.init(Cipher.ENCRYPT_MODE, key, nonce);
        cipher.updateAAD(aad);
        assertThat(cipher.doFinal(plain)).as(vector[0]).isEqualTo(sealed);
      } else {
        assertThatThrownBy(() -> cipher.doFinal(sealed))
            .as(vector[0])
            .isInstanceOf(AEADBadTagException.class);
      }
    }
  }

  @Test
  void aesKeyWrapAgreesWithWycheproof() throws GeneralSecurityException {
    int wrapped = 0;
    for (String[] vector : VectorFile.lines("wycheproof-aes-256-kw.txt")) {
      byte[] plain = hex(vector[3]);
      if (plain.length != DataKey.BYTES) {
        continue;
      }
      SecretKey key = new SecretKeySpec(hex(vector[2]), "AES");
      byte[] sealed = hex(vector[4]);
      if (vector[1].equals("valid")) {
        assertThat(unwrapped(key, sealed)).isEqualTo(plain);
        wrapped++;
      } else {
        assertThatThrownBy(() -> unwrapped(key, sealed))
            .as(vector[0])
            .isInstanceOf(GeneralSecurityException.class);
      }
    }
    assertThat(wrapped).isPositive();
  }

  private static byte[] unwrapped(SecretKey key, byte[] sealed) throws GeneralSecurityException {
    return Primitives.keyWrap(
            cipher -> {
              cipher.init(Cipher.UNWRAP_MODE, key);
              return cipher.unwrap(sealed, "AES", Cipher.SECRET_KEY);
            })
        .getEncoded();
  }

  /// RFC 5869 appendix A, the cases with SHA-256.
  @Test
  void hkdfAgreesWithRfc5869() {
    byte[] ikm = new byte[22];
    Arrays.fill(ikm, (byte) 0x0b);
    assertThat(
            Primitives.hkdf(
                ikm, hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42))
        .isEqualTo(
            hex(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                    + "34007208d5b887185865"));
    assertThat(Primitives.hkdf(sequence(0, 80), sequence(0x60, 80), sequence(0xb0, 80), 82))
        .isEqualTo(
            hex(
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                    + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                    + "cc30c58179ec3e87c14c01d5c1f3434f1d87"));
    assertThat(Primitives.hkdf(ikm, new byte[0], new byte[0], 42))
        .isEqualTo(
            hex(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                    + "9d201395faa4b61a96c8"));
  }

  private static byte[] sequence(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }
}

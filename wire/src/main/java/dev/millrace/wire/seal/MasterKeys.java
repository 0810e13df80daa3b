package dev.millrace.wire.seal;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.WrappedKey;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The ring of master keys: wraps data keys under the newest, unwraps them under any. Kept outside
/// the catalog, in a file of mode 0600 or in an environment variable. Thread-safe.
///
/// A wrapped key is 49 bytes; AES-KW (RFC 3394) needs no nonce, so there is no bound on how many
/// keys one master key wraps:
///
/// ```
/// 0   format version, 1
/// 1   check value of the master key (8 bytes)
/// 9   AES-KW of the data key under the wrapping key (40 bytes)
/// ```
public final class MasterKeys {
  private static final byte FORMAT = 1;
  private static final int KEY_WRAP_BYTES = DataKey.BYTES + 8;
  private static final int WRAPPED_BYTES = 1 + MasterKey.CHECK_BYTES + KEY_WRAP_BYTES;

  private final Optional<Path> file;
  private final SecureRandom random;

  /// Replaced as a whole, never changed.
  private volatile NavigableMap<Integer, MasterKey> keys;

  private MasterKeys(
      Optional<Path> file, SecureRandom random, NavigableMap<Integer, MasterKey> keys) {
    this.file = file;
    this.random = random;
    this.keys = keys;
  }

  /// Makes a ring with one fresh key in a new file; durable on return.
  ///
  /// @throws MillraceException CONFIGURATION when the file is there already
  public static MasterKeys create(Path file, SecureRandom random) {
    if (Files.exists(file)) {
      throw new MillraceException(
          ErrorCode.CONFIGURATION,
          "master key file " + file + ": there already: open the home that it belongs to");
    }
    NavigableMap<Integer, MasterKey> keys = new TreeMap<>();
    keys.put(1, fresh(1, random));
    MasterKeyFile.write(file, keys.values());
    return new MasterKeys(Optional.of(file), random, keys);
  }

  /// Reads the ring in a file.
  ///
  /// @throws MillraceException KEY_MISSING when the file isn't there or is empty, CONFIGURATION
  ///   when others may read it or it is damaged
  public static MasterKeys load(Path file, SecureRandom random) {
    return new MasterKeys(Optional.of(file), random, MasterKeyFile.read(file));
  }

  /// The ring in an environment variable: the lines of a key file with `,` between them.
  ///
  /// @param variable its name, for messages
  public static MasterKeys ofEnvironment(String variable, String value, SecureRandom random) {
    return new MasterKeys(
        Optional.empty(),
        random,
        MasterKeyText.parse(value.replace(',', '\n'), "environment variable " + variable));
  }

  /// The number of the newest key.
  public int current() {
    return keys.lastKey();
  }

  /// Adds a fresh key, which is the current one from now on; durable on return.
  ///
  /// @return its number
  /// @throws MillraceException CONFIGURATION when the ring came from the environment
  public synchronized int addKey() {
    Path target =
        file.orElseThrow(() ->
            new MillraceException(
                ErrorCode.CONFIGURATION,
                "master keys: they come from the environment, which cannot be changed from"
                    + " here: add a key to the variable and start again"));
    NavigableMap<Integer, MasterKey> more = new TreeMap<>(keys);
    int number = more.lastKey() + 1;
    more.put(number, fresh(number, random));
    MasterKeyFile.write(target, more.values());
    keys = more;
    return number;
  }

  /// The check value of the current key, by which a home knows its key file again. Not secret.
  public Bytes checkValue() {
    return keys.lastEntry().getValue().check();
  }

  /// A fresh data key, wrapped.
  public WrappedKey newDataKey() {
    return wrap(DataKey.random(random));
  }

  /// Wraps under the current master key.
  public WrappedKey wrap(DataKey dataKey) {
    MasterKey master = keys.lastEntry().getValue();
    try {
      byte[] wrapped =
          Primitives.keyWrap(cipher -> {
            cipher.init(Cipher.WRAP_MODE, master.wrapping());
            return cipher.wrap(new SecretKeySpec(dataKey.raw(), "AES"));
          });
      ByteBuffer out = ByteBuffer.allocate(WRAPPED_BYTES);
      out.put(FORMAT).put(master.check().toArray()).put(wrapped);
      return new WrappedKey(master.number(), Bytes.copyOf(out.array()));
    } catch (GeneralSecurityException e) {
      throw Primitives.unusable(e);
    }
  }

  /// The data key in the clear.
  ///
  /// @throws MillraceException KEY_MISSING when the ring has no key of that number, KEY_WRONG when
  ///   it has another one, CORRUPT_DATA when the wrapped key is damaged
  public DataKey unwrap(WrappedKey wrappedKey) {
    ByteBuffer in = ByteBuffer.wrap(wrappedKey.wrapped().toArray());
    if (in.remaining() != WRAPPED_BYTES || in.get() != FORMAT) {
      throw damaged(wrappedKey.masterKeyNumber(), null);
    }
    byte[] check = new byte[MasterKey.CHECK_BYTES];
    byte[] wrapped = new byte[KEY_WRAP_BYTES];
    in.get(check).get(wrapped);
    MasterKey master = find(wrappedKey.masterKeyNumber(), Bytes.copyOf(check));
    try {
      Key key =
          Primitives.keyWrap(cipher -> {
            cipher.init(Cipher.UNWRAP_MODE, master.wrapping());
            return cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY);
          });
      return DataKey.of(key.getEncoded());
    } catch (GeneralSecurityException e) {
      throw damaged(wrappedKey.masterKeyNumber(), e);
    }
  }

  /// The same data key under the current master key.
  public WrappedKey rewrap(WrappedKey wrappedKey) {
    return wrap(unwrap(wrappedKey));
  }

  /// The current master key, under which recovery headers are sealed.
  MasterKey currentKey() {
    return keys.lastEntry().getValue();
  }

  SecretKey recoveryKey(int number, Bytes check, ChunkId chunk) {
    return find(number, check).recovery(chunk.volumeNumber(), chunk.local());
  }

  SecureRandom random() {
    return random;
  }

  private MasterKey find(int number, Bytes check) {
    MasterKey master = keys.get(number);
    if (master == null) {
      throw new MillraceException(
          ErrorCode.KEY_MISSING,
          "master key "
              + number
              + ": not among the master keys: put back the key file that has it");
    }
    if (!master.check().equals(check)) {
      throw new MillraceException(
          ErrorCode.KEY_WRONG,
          "master key "
              + number
              + ": another key than the one that was used: put back this home's own key file");
    }
    return master;
  }

  private static MasterKey fresh(int number, SecureRandom random) {
    byte[] value = new byte[Primitives.KEY_BYTES];
    random.nextBytes(value);
    return new MasterKey(number, value);
  }

  private static MillraceException damaged(
      int number, @org.jspecify.annotations.Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.CORRUPT_DATA,
        "data key under master key " + number + ": damaged: restore the catalog from its backup",
        cause);
  }
}

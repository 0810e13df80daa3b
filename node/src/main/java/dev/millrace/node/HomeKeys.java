package dev.millrace.node;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.node.home.Home;
import dev.millrace.node.home.HomeFiles;
import dev.millrace.wire.seal.MasterKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/// The master keys of a home: from the variable `MILLRACE_MASTER_KEYS` when it is set, otherwise
/// from the home's own file, which the first start makes.
public final class HomeKeys {
  /// Holds the lines of a key file with commas between them.
  public static final String VARIABLE = "MILLRACE_MASTER_KEYS";

  private HomeKeys() {}

  /// Opens the keys. A home that has a catalog but no keys is not given new ones: they could open
  /// nothing.
  ///
  /// @throws MillraceException KEY_MISSING, CONFIGURATION
  public static MasterKeys open(Home home, SecureRandom random) {
    boolean fresh = !Files.exists(home.catalog()) && !Files.exists(home.firstDisk());
    if (!fresh || Files.exists(home.masterKeys()) || System.getenv(VARIABLE) != null) {
      return existing(home, random);
    }
    HomeFiles.makePrivateFolder(home.folder().resolve("keys"));
    return MasterKeys.create(home.masterKeys(), random);
  }

  /// Opens the keys that a home has.
  ///
  /// @throws MillraceException KEY_MISSING, CONFIGURATION
  static MasterKeys existing(Home home, SecureRandom random) {
    @Nullable String value = System.getenv(VARIABLE);
    if (value != null && !value.isBlank()) {
      return MasterKeys.ofEnvironment(VARIABLE, value, random);
    }
    Path file = home.masterKeys();
    if (!Files.exists(file)) {
      throw new MillraceException(
          ErrorCode.KEY_MISSING,
          "master key file "
              + file
              + ": it isn't there, and nothing in this home can be read without it: put it back,"
              + " or set "
              + VARIABLE);
    }
    return MasterKeys.load(file, random);
  }
}

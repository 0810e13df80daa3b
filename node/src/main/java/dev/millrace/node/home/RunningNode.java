package dev.millrace.node.home;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/// Where the node that runs on a home can be reached: the files `node` (its process and address)
/// and `token`.
///
/// @param pid its process
/// @param address of its API
/// @param token the bearer token
public record RunningNode(long pid, URI address, String token) {
  private static final int TOKEN_BYTES = 32;

  /// The secret is left out.
  @Override
  public String toString() {
    return "RunningNode[" + pid + " at " + address + "]";
  }

  /// The home's API token, made at first need.
  public static String token(Home home) {
    Path file = home.folder().resolve("token");
    Optional<String> present = readToken(file);
    if (present.isPresent()) {
      return present.get();
    }
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    String token = HexFormat.of().formatHex(random);
    HomeFiles.writeAtomically(file, token + "\n");
    return token;
  }

  /// Tells other commands where the node is.
  public void publish(Home home) {
    HomeFiles.writeAtomically(home.folder().resolve("node"), pid + " " + address + "\n");
  }

  /// Takes the word back.
  public static void retract(Home home) {
    Path file = home.folder().resolve("node");
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw HomeFiles.failure("remove", file, e);
    }
  }

  /// The node that said it runs on the home in `folder`; it may have died since.
  public static Optional<RunningNode> find(Path folder) {
    Path file = folder.resolve("node");
    Optional<String> line = read(file);
    Optional<String> token = readToken(folder.resolve("token"));
    if (line.isEmpty() || token.isEmpty()) {
      return Optional.empty();
    }
    String[] words = line.get().strip().split(" ", -1);
    try {
      return Optional.of(
          new RunningNode(Long.parseLong(words[0]), URI.create(words[1]), token.get()));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new MillraceException(
          ErrorCode.CONFIGURATION,
          "file " + file + ": not a process id and an address: remove it when no node runs",
          e);
    }
  }

  private static Optional<String> readToken(Path file) {
    return read(file).map(String::strip).filter(text -> !text.isEmpty());
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw HomeFiles.failure("read", file, e);
    }
  }
}

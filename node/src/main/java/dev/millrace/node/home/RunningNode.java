package dev.millrace.node.home;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Where the node that runs on a home can be reached: the home's file `node`, its process and
/// address.
///
/// @param pid its process
/// @param address of its API
public record RunningNode(long pid, URI address) {
  /// The file with the API's token.
  public static Path tokenFile(Path folder) {
    return folder.resolve("token");
  }

  /// The socket at which commands on this machine reach the API.
  public static Path socket(Path folder) {
    return folder.resolve("socket");
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
    if (line.isEmpty()) {
      return Optional.empty();
    }
    String[] words = line.get().strip().split(" ", -1);
    try {
      return Optional.of(new RunningNode(Long.parseLong(words[0]), URI.create(words[1])));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new MillraceException(
          ErrorCode.CONFIGURATION,
          "file " + file + ": not a process id and an address: remove it when no node runs",
          e);
    }
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

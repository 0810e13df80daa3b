package dev.millrace.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What kind of thing a path is that is neither file nor folder.
final class SpecialFiles {
  private static final int TYPE_MASK = 0xf000;

  private SpecialFiles() {}

  /// For people: `a named pipe`, `a socket`, …
  static String describe(Path path) {
    try {
      return Files.getAttribute(path, "unix:mode") instanceof Integer mode
          ? describe(mode & TYPE_MASK)
          : describe(0);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return describe(0);
    }
  }

  private static String describe(int type) {
    return switch (type) {
      case 0x1000 -> "a named pipe";
      case 0x2000, 0x6000 -> "a device";
      case 0xc000 -> "a socket";
      default -> "neither file nor folder";
    };
  }
}

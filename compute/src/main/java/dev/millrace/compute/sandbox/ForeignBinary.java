package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// Tells programs that this machine cannot execute by their first bytes. What starts them would
/// take them for shell scripts otherwise, and run what it happens to read.
final class ForeignBinary {
  private static final int HEAD_BYTES = 20;
  private static final int CLASS = 4;
  private static final int DATA = 5;
  private static final int MACHINE = 18;
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;

  private ForeignBinary() {}

  /// What the file is for, when that isn't `here`; empty for a program of this machine, a script,
  /// or whatever else.
  static Optional<String> platform(Path file, Architecture here) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return platform(in.readNBytes(HEAD_BYTES), here);
    }
  }

  static Optional<String> platform(byte[] head, Architecture here) {
    if (head.length < CLASS) {
      return Optional.empty();
    }
    String magic = HexFormat.of().formatHex(head, 0, CLASS);
    if (magic.equals("7f454c46")) {
      return head.length < HEAD_BYTES ? Optional.of("no machine: it is cut off") : elf(head, here);
    }
    return switch (magic) {
      case "cffaedfe", "cefaedfe", "feedface", "feedfacf", "cafebabe" ->
          Optional.of("macOS, or is Java's byte code");
      case "0061736d" -> Optional.of("WebAssembly: run it as a WebAssembly module");
      default -> magic.startsWith("4d5a") ? Optional.of("Windows") : Optional.empty();
    };
  }

  private static Optional<String> elf(byte[] head, Architecture here) {
    boolean little = head[DATA] == LITTLE_ENDIAN;
    int low = head[little ? MACHINE : MACHINE + 1] & 0xFF;
    int high = head[little ? MACHINE + 1 : MACHINE] & 0xFF;
    int machine = high << 8 | low;
    if (little && machine == here.elfMachine() && head[CLASS] == CLASS_64) {
      return Optional.empty();
    }
    return Optional.of(
        switch (machine) {
          case 3 -> "32-bit x86";
          case 8 -> "MIPS";
          case 20, 21 -> "PowerPC";
          case 22 -> "s390";
          case 40 -> "32-bit ARM";
          case 62 -> head[CLASS] == CLASS_64 ? "x86-64" : "x32";
          case 183 -> "AArch64";
          case 243 -> "RISC-V";
          default -> String.format(Locale.ROOT, "processor number %d", machine);
        });
  }
}

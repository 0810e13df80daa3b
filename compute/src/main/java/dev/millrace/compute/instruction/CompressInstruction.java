package dev.millrace.compute.instruction;

import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instruction;
import java.util.List;

/// Compresses the concatenated inputs to one standard `.zst` or `.gz`: a frame or member for each
/// piece.
public final class CompressInstruction implements Instruction {
  private static final int ZSTD_DEFAULT = 3;
  private static final int ZSTD_MOST = 19;
  private static final int GZIP_DEFAULT = 6;
  private static final int GZIP_MOST = 9;

  @Override
  public String name() {
    return "compress";
  }

  @Override
  public String usage() {
    return "compress [--level 1..19] [--format zstd|gzip]";
  }

  @Override
  public String description() {
    return "Compresses with Zstandard (levels 1 to 19, default 3) or gzip (1 to 9, default 6).";
  }

  @Override
  public Call parse(List<String> arguments) {
    int level = 0;
    String format = "zstd";
    Arguments walk = new Arguments(this, arguments);
    while (walk.hasNext()) {
      String argument = walk.next();
      switch (argument) {
        case "--level" -> level = walk.number(argument, 1, ZSTD_MOST);
        case "--format" -> {
          format = walk.value(argument);
          if (!format.equals("zstd") && !format.equals("gzip")) {
            throw walk.invalid("--format '" + format + "'", "not a format");
          }
        }
        default -> throw walk.unknown(argument);
      }
    }
    if (format.equals("zstd")) {
      return new ZstdCall(level == 0 ? ZSTD_DEFAULT : level);
    }
    if (level > GZIP_MOST) {
      throw walk.invalid(
          "--level " + level, "gzip has levels 1 to 9 only; lower it or leave out --format gzip");
    }
    return new GzipCall(level == 0 ? GZIP_DEFAULT : level);
  }
}

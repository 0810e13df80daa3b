package dev.millrace.compute.instruction;

import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instruction;
import java.util.List;

/// Digests of each input: the answer is what `md5sum` and `sha256sum` print.
public final class ChecksumInstruction implements Instruction {
  @Override
  public String name() {
    return "checksum";
  }

  @Override
  public String usage() {
    return "checksum [md5|sha256|crc32c]";
  }

  @Override
  public String description() {
    return "Prints the MD5, SHA-256 (the default) or CRC32C of each input, as md5sum does.";
  }

  @Override
  public Call parse(List<String> arguments) {
    String algorithm = "";
    Arguments walk = new Arguments(this, arguments);
    while (walk.hasNext()) {
      String argument = walk.next();
      String named = argument.equals("--algorithm") ? walk.value(argument) : argument;
      if (!algorithm.isEmpty()) {
        throw walk.invalid("argument '" + named + "'", "only one algorithm can be named");
      }
      algorithm =
          switch (named) {
            case "md5", "sha256", "crc32c" -> named;
            default -> throw walk.unknown(named);
          };
    }
    return switch (algorithm) {
      case "md5" -> new DigestCall("MD5");
      case "crc32c" -> new Crc32cCall();
      default -> new DigestCall("SHA-256");
    };
  }
}

package org.example.tally;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instruction;
import java.util.List;

/// How often each value of a field comes, the most frequent first: the answer is what
/// `cut -f N | sort | uniq -c | sort -rn` prints with LC_ALL=C, for all inputs together.
///
/// Public, with a constructor without parameters, and named in
/// `META-INF/services/dev.millrace.compute.program.Instruction`: so Millrace finds it.
public final class TallyInstruction implements Instruction {
  private static final int FIELDS = 1_000_000;

  @Override
  public String name() {
    return "tally";
  }

  /// The command line reads this too: `-f N` in it says that the word behind `-f` is no input.
  @Override
  public String usage() {
    return "tally -f N [-d DELIMITER]";
  }

  @Override
  public String description() {
    return "Counts how often each value of field N comes; fields are divided by a tab or DELIMITER.";
  }

  @Override
  public Call parse(List<String> arguments) {
    int field = 0;
    byte delimiter = '\t';
    Arguments walk = new Arguments(this, arguments);
    while (walk.hasNext()) {
      String argument = walk.next();
      switch (argument) {
        case "-f", "--field" -> field = walk.number(argument, 1, FIELDS);
        case "-d", "--delimiter" -> {
          byte[] given = walk.value(argument).getBytes(UTF_8);
          if (given.length != 1) {
            throw walk.invalid(argument, "the delimiter must be one byte");
          }
          delimiter = given[0];
        }
        default -> throw walk.unknown(argument);
      }
    }
    if (field == 0) {
      throw walk.invalid("field", "none is given");
    }
    return new TallyCall(field, delimiter);
  }
}

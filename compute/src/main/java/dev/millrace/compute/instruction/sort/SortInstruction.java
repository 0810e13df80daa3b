package dev.millrace.compute.instruction.sort;

import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instruction;
import java.util.List;

/// Sorts the lines of all inputs: the answer is what GNU `sort` prints with LC_ALL=C.
///
/// Lines may have 8 MiB. With `-z` an input is not cut into pieces, so that one slot sorts it
/// before all merge. A task takes a part of a quarter of the heap, whatever the size of the input;
/// all bytes are written twice when they fit about 130 times that part, and once more for each time
/// that this is exceeded.
public final class SortInstruction implements Instruction {
  private final SortLimits limits;
  private final SortMemory memory;

  public SortInstruction() {
    this(SortLimits.USUAL, SortMemory.ofThisProcess());
  }

  SortInstruction(SortLimits limits, SortMemory memory) {
    this.limits = limits;
    this.memory = memory;
  }

  @Override
  public String name() {
    return "sort";
  }

  @Override
  public String usage() {
    return "sort [-n] [-r] [-u] [-k|--key KEY]… [-t|--field-separator CHAR] [-b] [-f] [-s] [-z]";
  }

  @Override
  public String description() {
    return "The lines of all inputs in order, as sort gives them: -n by numbers, -r descending, -u"
        + " only the first of equal ones, -k by a part of the line such as 2,2 or 2.3n,4 (several:"
        + " one after the other), -t with fields divided by CHAR, -b without leading blanks, -f in"
        + " any case, -s equal ones as they came, -z with NULs between lines.";
  }

  @Override
  public Call parse(List<String> arguments) {
    SortArguments parsed = new SortArguments();
    parsed.read(new Arguments(this, arguments));
    return new SortCall(parsed.order(), limits, memory);
  }
}

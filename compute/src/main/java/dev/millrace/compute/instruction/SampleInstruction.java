package dev.millrace.compute.instruction;

import dev.millrace.base.Text;
import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instruction;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// Some of the lines, by chance: each is taken with the same probability, whatever happens to
/// others, and in the order in which they stand (Bernoulli sampling). The choice follows from the
/// seed and the line's place alone, so that it does not depend on how the input is cut, and the
/// same command takes the same lines again.
public final class SampleInstruction implements Instruction {
  private static final double ALL_PERCENT = 100;

  @Override
  public String name() {
    return "sample";
  }

  @Override
  public String usage() {
    return "sample -p|--percent P [--seed N]";
  }

  @Override
  public String description() {
    return "Takes P percent of the lines by chance; another seed takes others.";
  }

  @Override
  public Call parse(List<String> arguments) {
    Optional<Double> percent = Optional.empty();
    int seed = 0;
    Arguments walk = new Arguments(this, arguments);
    while (walk.hasNext()) {
      String argument = walk.next("p");
      switch (argument) {
        case "--percent", "-p" -> percent = Optional.of(percent(walk, argument));
        case "--seed" -> seed = walk.number(argument, 0, Integer.MAX_VALUE);
        default -> throw walk.unknown(argument);
      }
    }
    double share =
        percent.orElseThrow(() -> walk.invalid("option --percent", "missing")) / ALL_PERCENT;
    return new SampleCall(share, seed);
  }

  private static double percent(Arguments walk, String option) {
    String value = walk.value(option);
    if (value.matches("\\d{1,3}(\\.\\d{1,12})?")) {
      double percent = Double.parseDouble(value);
      if (percent <= ALL_PERCENT) {
        return percent;
      }
    }
    throw walk.invalid(
        option + " '" + Text.printable(value) + "'", "not a number from 0 to 100, such as 0.5");
  }

  private record SampleCall(double share, int seed) implements EachLine {
    private static final double UNIT = 0x1p-53;

    @Override
    public void line(byte[] bytes, int start, int end, Place place, OutputStream output)
        throws IOException {
      if (number(place) < share) {
        output.write(bytes, start, end - start);
        output.write('\n');
      }
    }

    /// From 0 to 1, exclusive.
    private double number(Place place) {
      long mixed = mix(mix(seed + 1L) ^ mix(place.input() + 0x9e3779b97f4a7c15L) ^ place.offset());
      return (mixed >>> 11) * UNIT;
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    private static long mix(long value) {
      long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
      mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
      return mixed ^ mixed >>> 31;
    }
  }
}

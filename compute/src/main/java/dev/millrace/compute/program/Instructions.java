package dev.millrace.compute.program;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The instructions that this process can run, by name. Immutable.
public final class Instructions {
  private final SortedMap<String, Instruction> byName = new TreeMap<>();
  private final List<LeftOut> leftOut;

  public Instructions(Collection<? extends Instruction> instructions) {
    this(instructions, List.of());
  }

  /// @param leftOut plug-ins that could not be loaded, to say so when one of theirs is asked for
  public Instructions(Collection<? extends Instruction> instructions, Collection<LeftOut> leftOut) {
    for (Instruction instruction : instructions) {
      Instruction other = byName.putIfAbsent(instruction.name(), instruction);
      Check.that(other == null, "two instructions are named %s", instruction.name());
    }
    this.leftOut = List.copyOf(leftOut);
  }

  /// All instructions on the class path: those that come with Millrace.
  public static Instructions load() {
    return new Instructions(
        ServiceLoader.load(Instruction.class, Instruction.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  /// By name.
  public List<Instruction> all() {
    return List.copyOf(byName.values());
  }

  /// Plug-ins that could not be loaded.
  public List<LeftOut> leftOut() {
    return leftOut;
  }

  /// The instruction of this name.
  ///
  /// @throws MillraceException NO_SUCH_PROGRAM; says why its plug-in was left out, or names the
  ///   nearest instruction, or all of them
  public Instruction find(String name) {
    Instruction found = byName.get(name);
    if (found != null) {
      return found;
    }
    Optional<LeftOut> plugin = leftOut.stream().filter(one -> one.mayHave(name)).findFirst();
    String why =
        plugin
            .map(one -> "left out when the node started: " + one.why())
            .orElseGet(() -> "there is none of this name" + others() + ": " + remedy(name));
    throw new MillraceException(
        ErrorCode.NO_SUCH_PROGRAM, "program '" + Text.printable(name) + "': " + why);
  }

  private String others() {
    return leftOut.isEmpty()
        ? ""
        : leftOut.stream()
            .map(LeftOut::plugin)
            .collect(Collectors.joining(", ", " (plug-ins left out, see the log: ", ")"));
  }

  private String remedy(String name) {
    return NearestName.of(name, byName.keySet())
        .map(near -> "did you mean '" + near + "'?")
        .orElse("choose one of " + String.join(", ", byName.keySet()));
  }
}

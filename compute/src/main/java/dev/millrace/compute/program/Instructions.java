package dev.millrace.compute.program;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/// The instructions that this process can run, by name. Immutable.
public final class Instructions {
  private final SortedMap<String, Instruction> byName = new TreeMap<>();

  public Instructions(Collection<? extends Instruction> instructions) {
    for (Instruction instruction : instructions) {
      Instruction other = byName.putIfAbsent(instruction.name(), instruction);
      Check.that(other == null, "two instructions are named %s", instruction.name());
    }
  }

  /// All instructions on the class path.
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

  /// The instruction of this name.
  ///
  /// @throws MillraceException NO_SUCH_PROGRAM; names the nearest instruction, or all of them
  public Instruction find(String name) {
    Instruction found = byName.get(name);
    if (found != null) {
      return found;
    }
    String remedy =
        NearestName.of(name, byName.keySet())
            .map(near -> "did you mean " + near + "?")
            .orElse("choose one of " + String.join(", ", byName.keySet()));
    throw new MillraceException(
        ErrorCode.NO_SUCH_PROGRAM,
        "program '" + Text.printable(name) + "': there is no such instruction: " + remedy);
  }
}

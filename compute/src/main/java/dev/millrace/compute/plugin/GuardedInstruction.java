package dev.millrace.compute.plugin;

import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instruction;
import java.util.List;

/// A plug-in's instruction, with what it said of itself when it was loaded.
///
/// @param semantics changes with its jar too: nobody is served an answer that another one recorded
record GuardedInstruction(
    Plugin plugin,
    Instruction instruction,
    String name,
    String usage,
    String description,
    int semantics)
    implements Instruction {
  @Override
  public Call parse(List<String> arguments) {
    List<String> copy = List.copyOf(arguments);
    ForeignCall<GuardedCall> foreign = new ForeignCall<>(plugin, name, "reading its arguments");
    return foreign.answer(() -> {
      Call call = instruction.parse(copy);
      if (call == null) {
        throw foreign.failure("it made null of them");
      }
      return GuardedCall.of(plugin, name, call, foreign);
    });
  }
}

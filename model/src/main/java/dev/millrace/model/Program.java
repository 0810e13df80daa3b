package dev.millrace.model;

import java.util.List;

/// What a job runs.
public sealed interface Program {
  /// One line for people: the program as it would be typed.
  String displayName();

  /// A program built into Millrace.
  ///
  /// @param arguments as typed, already checked by the instruction
  record Instruction(String name, List<String> arguments) implements Program {
    public Instruction {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String displayName() {
      return arguments.isEmpty() ? name : name + " " + String.join(" ", arguments);
    }
  }
}

package dev.millrace.cli;

import dev.millrace.base.Text;
import dev.millrace.client.Jobs.InstructionInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Explains the commands.
final class HelpCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax.words("COMMAND", 0, 1, "Which command; nothing for all");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    List<String> words = arguments.words();
    if (words.isEmpty()) {
      overview(session);
      return;
    }
    String name = words.getFirst();
    @Nullable Command command = Commands.create(name);
    if (command == null) {
      throw new UsageException(
          "no command '" + Text.printable(name) + "'" + Nearest.suggestion(name, Commands.names()));
    }
    Syntax syntax = new Syntax(name, Commands.summary(name).text());
    command.define(syntax);
    session.out().line(syntax.help().stripTrailing());
  }

  private static void overview(Session session) {
    session.out().line("Millrace: put files in, and run programs over them where they lie.");
    session.out().line("");
    for (Commands.Summary summary : Commands.ALL) {
      String call = summary.name() + " " + summary.arguments();
      session.out().line(String.format("  millrace %-23s %s", call, summary.text()));
    }
    session.out().line("");
    session
        .out()
        .line("'millrace help COMMAND' explains one; names may be written mr://BUCKET/KEY.");
  }

  /// One line for each program, for messages and help.
  static String programs(List<InstructionInfo> instructions) {
    return String.join(", ", instructions.stream().map(InstructionInfo::name).toList());
  }
}

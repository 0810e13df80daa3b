package dev.millrace.cli;

import dev.millrace.cli.show.Shapes;
import dev.millrace.model.StoredVersion;

/// Copies an object by reference.
final class CopyCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax
        .value("VERSION", "This version instead of the current one", "--version")
        .words("SOURCE TARGET", 2, 2, "From BUCKET/KEY to BUCKET/KEY, BUCKET or BUCKET/PREFIX/");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    ObjectName source = ObjectName.parse(arguments.word(0));
    ObjectName target = ObjectName.parse(arguments.word(1)).orBelow(source.lastName());
    StoredVersion made =
        session
            .millrace()
            .files()
            .copy(source.ref(arguments.version()), target.bucket(), target.key());
    session.answer(Shapes.version(made), "copied " + source + " to " + target);
  }
}

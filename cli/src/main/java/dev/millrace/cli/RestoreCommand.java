package dev.millrace.cli;

import dev.millrace.cli.show.Shapes;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;

/// Makes an earlier version the current one.
final class RestoreCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax
        .value("VERSION", "Which one ('millrace versions' lists them)", "--version")
        .words("BUCKET/KEY", 1, 1, "Which object");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    ObjectName name = ObjectName.parse(arguments.word(0));
    VersionId version =
        arguments
            .version()
            .orElseThrow(() -> new UsageException("which version is missing: add --version ID"));
    StoredVersion made =
        session.millrace().files().copy(name.ref(arguments.version()), name.bucket(), name.key());
    session.answer(
        Shapes.version(made), "restored " + name + " from " + version + " as " + made.id());
  }
}

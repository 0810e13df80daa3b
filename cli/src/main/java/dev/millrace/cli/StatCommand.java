package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Shapes;
import dev.millrace.model.StoredVersion;

/// Shows one object.
final class StatCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax
        .value("VERSION", "This version instead of the current one", "--version")
        .words("BUCKET/KEY", 1, 1, "Which object");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    ObjectName name = ObjectName.parse(arguments.word(0));
    StoredVersion found = session.millrace().files().stat(name.ref(arguments.version()));
    if (session.json()) {
      JsonOut.object(session.out(), Shapes.version(found));
      return;
    }
    line(session, "object", found.bucket() + "/" + found.key());
    line(
        session,
        "size",
        found.sizeBytes() < ByteUnits.KIB
            ? found.sizeBytes() + " B"
            : ByteUnits.format(found.sizeBytes()) + " (" + found.sizeBytes() + " B)");
    line(session, "version", found.id().toString());
    line(
        session,
        "created",
        Printable.time(found.createdMillis(), session.terminal().surroundings().zone()));
    line(session, "etag", found.etag());
    found.stored().producer().ifPresent(job -> line(session, "job", job.toString()));
    found
        .stored()
        .metadata()
        .forEach((header, value) -> line(session, "metadata", header + "=" + value));
  }

  private static void line(Session session, String name, String value) {
    session.out().line(String.format("%-9s %s", name, Printable.of(value)));
  }
}

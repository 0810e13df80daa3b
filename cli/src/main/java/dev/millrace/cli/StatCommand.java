package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Origin;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Shapes;
import dev.millrace.client.Explanation;
import dev.millrace.model.JobId;
import dev.millrace.model.StoredVersion;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
      Map<String, @Nullable Object> fields = Shapes.version(found);
      fields.put(
          "provenance", explain(found, session, Integer.MAX_VALUE).map(Origin::shape).orElse(null));
      JsonOut.object(session.out(), fields);
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
    origin(found, session);
    found
        .stored()
        .metadata()
        .forEach((header, value) -> line(session, "metadata", header + "=" + value));
  }

  private static void origin(StoredVersion found, Session session) {
    Optional<Explanation> known = explain(found, session, 0);
    if (known.isEmpty()) {
      found.stored().producer().ifPresent(job -> line(session, "job", job + ", forgotten since"));
      return;
    }
    Explanation from = known.get();
    Origin.lines(from).forEach((name, value) -> line(session, name, value));
    line(
        session,
        "computed",
        Origin.times(from.computed(), session.terminal().surroundings().zone())
            + ", from "
            + Printable.count(from.inputCount(), "input"));
  }

  /// Absent when no job made it, or its job was forgotten.
  private static Optional<Explanation> explain(
      StoredVersion found, Session session, int mostInputs) {
    Optional<JobId> job = found.stored().producer();
    if (job.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(session.millrace().jobs().explain(job.get(), mostInputs));
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.NO_SUCH_JOB) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void line(Session session, String name, String value) {
    session.out().line(String.format("%-9s %s", name, Printable.of(value)));
  }
}

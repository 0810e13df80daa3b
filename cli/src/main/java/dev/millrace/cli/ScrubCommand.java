package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.client.Admin.ScrubReport;
import java.util.LinkedHashMap;
import java.util.Map;

/// Verifies everything that is stored.
final class ScrubCommand implements Command {
  @Override
  public void define(Syntax syntax) {}

  @Override
  public void run(Arguments arguments, Session session) {
    ScrubReport report = session.millrace().admin().scrub();
    if (!report.damaged().isEmpty()) {
      session.status(CommandLine.FAILED);
    }
    if (session.json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("chunks", report.chunks());
      fields.put("bytes", report.bytes());
      fields.put("damaged", report.damaged());
      JsonOut.object(session.out(), fields);
      return;
    }
    session
        .out()
        .line(
            "verified "
                + Printable.count(report.chunks(), "chunk")
                + ", "
                + ByteUnits.format(report.bytes())
                + "; "
                + report.damaged().size()
                + " damaged");
    report.damaged().forEach(line -> session.out().line(Printable.of(line)));
  }
}

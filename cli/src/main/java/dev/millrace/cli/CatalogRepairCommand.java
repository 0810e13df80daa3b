package dev.millrace.cli;

import dev.millrace.base.Text;
import dev.millrace.cli.NodeAccess.CatalogReport;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Has the catalog back, from its backup or from the chunks. No node may run meanwhile.
final class CatalogRepairCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax
        .value(
            "TIME", "restore: as it was then, 2026-11-21T08:30:00 or 2026-11-21T07:30:00Z", "--to")
        .words(
            "restore|rebuild",
            1,
            1,
            "restore: from its backup in the volumes; rebuild: from the chunks alone");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    Optional<Instant> upTo =
        arguments
            .value("--to")
            .map(text -> instant(text, session.terminal().surroundings().zone()));
    boolean restore = SubWords.oneOf(arguments.word(0), "restore", "rebuild").equals("restore");
    if (!restore && upTo.isPresent()) {
      throw new UsageException("--to goes with restore: what the chunks hold has no history");
    }
    CatalogReport report =
        restore
            ? session.access().restoreCatalog(session.home(), upTo)
            : session.access().rebuildCatalog(session.home());
    if (session.json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      report.figures().forEach(figure -> fields.put(figure.name(), figure.value()));
      fields.put("notes", report.notes());
      JsonOut.object(session.out(), fields);
      return;
    }
    report
        .figures()
        .forEach(figure -> session.out().line(Printable.of(figure.name()) + ": " + figure.value()));
    report.notes().forEach(note -> session.out().line(Printable.of(note)));
  }

  private static Instant instant(String text, ZoneId zone) {
    try {
      return text.endsWith("Z")
          ? Instant.parse(text)
          : LocalDateTime.parse(text.replace(' ', 'T')).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw new UsageException(
          "time '" + Text.printable(text) + "' is none: write 2026-11-21T08:30:00");
    }
  }
}

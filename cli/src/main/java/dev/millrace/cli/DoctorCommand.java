package dev.millrace.cli;

import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Shapes;
import dev.millrace.cli.show.Table;
import dev.millrace.client.Admin.Checkup;
import dev.millrace.client.Admin.Finding;
import java.util.LinkedHashMap;
import java.util.Map;

/// Shows what holds in the sandbox of the node's machine, and what to do about the rest. Fails when
/// something does not hold.
final class DoctorCommand implements Command {
  @Override
  public void define(Syntax syntax) {}

  @Override
  public void run(Arguments arguments, Session session) {
    Checkup checkup = session.millrace().admin().doctor();
    if (!checkup.complete()) {
      session.status(CommandLine.FAILED);
    }
    if (session.json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("complete", checkup.complete());
      fields.put("sandbox", checkup.sandbox().stream().map(Shapes::finding).toList());
      JsonOut.object(session.out(), fields);
      return;
    }
    Table table = new Table("SANDBOX", "HOLDS", "DETAIL");
    for (Finding finding : checkup.sandbox()) {
      table.row(finding.name(), finding.holds() ? "yes" : "NO", finding.detail());
    }
    table.print(session.out());
    showRemedies(checkup, session);
  }

  /// Each remedy once, under the names of all that it is for.
  private static void showRemedies(Checkup checkup, Session session) {
    Map<String, String> namesByRemedy = new LinkedHashMap<>();
    for (Finding finding : checkup.sandbox()) {
      if (!finding.holds()) {
        namesByRemedy.merge(finding.remedy(), finding.name(), (a, b) -> a + ", " + b);
      }
    }
    namesByRemedy.forEach((remedy, names) -> {
      session.out().line("");
      session.out().line(Printable.of(names) + ":");
      remedy.lines().forEach(line -> session.out().line("  " + Printable.of(line)));
    });
  }
}

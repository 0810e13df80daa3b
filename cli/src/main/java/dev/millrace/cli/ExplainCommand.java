package dev.millrace.cli;

import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Origin;
import dev.millrace.cli.show.Printable;
import dev.millrace.client.Explanation;
import dev.millrace.model.Job;
import java.time.ZoneId;

/// Says where a job's answer comes from.
final class ExplainCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax
        .value("VERSION", "This version instead of the current one", "--version")
        .words("BUCKET/KEY", 1, 1, "Which answer");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    Answer answer = Answer.find(arguments, session);
    if (session.json()) {
      JsonOut.object(
          session.out(),
          Origin.shape(answer.version(), answer.explain(session, Integer.MAX_VALUE)));
      return;
    }
    Explanation from = answer.explain(session, Explanation.SHOWN_INPUTS);
    line(session, "object", answer.version().bucket() + "/" + answer.version().key());
    line(session, "version", answer.version().id().toString());
    Origin.lines(from).forEach((name, value) -> line(session, name, value));
    ZoneId zone = session.terminal().surroundings().zone();
    Job computed = from.computed();
    line(session, "computed", Origin.times(computed, zone));
    if (!computed.id().equals(from.job().id())) {
      line(session, "given", Printable.time(from.job().endedMillis(), zone));
    }
    for (Explanation.Ancestor ancestor : from.ancestors()) {
      line(
          session,
          "from",
          "job " + ancestor.job() + (ancestor.whole() ? ", all of it" : ", unchanged inputs"));
    }
    Origin.inputs(from, (name, value) -> line(session, name, value));
  }

  private static void line(Session session, String name, String value) {
    session.out().line(String.format("%-9s %s", name, Printable.of(value)));
  }
}

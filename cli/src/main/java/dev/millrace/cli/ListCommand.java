package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Shapes;
import dev.millrace.cli.show.Table;
import dev.millrace.client.Files;
import dev.millrace.model.Bucket;
import dev.millrace.model.Listed;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/// Lists buckets, or what is in one. A listing of any length goes out while it comes in.
final class ListCommand implements Command {
  private static final int SIZE_COLUMNS = 9;
  private static final int TIME_COLUMNS = 19;
  private static final int VERSION_COLUMNS = 32;

  @Override
  public void define(Syntax syntax) {
    syntax
        .flag("Every key, and not those behind the next / as one line", "-r", "--recursive")
        .flag("Every version and delete marker, newest first", "--versions")
        .value("TEXT", "What separates the parts of keys (default: /)", "--delimiter")
        .words("BUCKET[/PREFIX]", 0, 1, "What to list; nothing for the buckets");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    Files files = session.millrace().files();
    if (arguments.words().isEmpty()) {
      buckets(files, session);
      return;
    }
    ObjectName name = ObjectName.parse(arguments.word(0));
    boolean versions = arguments.flag("--versions");
    if (arguments.flag("--recursive") && arguments.flag("--delimiter")) {
      throw new UsageException("--recursive means no delimiter: leave one of the two out");
    }
    String delimiter =
        arguments.flag("--recursive") ? "" : arguments.value("--delimiter").orElse("/");
    StoredListing listing =
        new StoredListing(
            files, StoredListing.request(name.bucket(), name.path(), delimiter, versions));
    if (session.json()) {
      json(listing, session);
    } else {
      text(listing, versions, session);
    }
  }

  private static void buckets(Files files, Session session) {
    List<Bucket> buckets = files.buckets();
    if (session.json()) {
      try (JsonOut out = JsonOut.array(session.out())) {
        buckets.forEach(bucket -> out.element(Shapes.bucket(bucket)));
      }
      return;
    }
    ZoneId zone = session.terminal().surroundings().zone();
    Table table = new Table("BUCKET", "POLICY", "CREATED");
    for (Bucket bucket : buckets) {
      table.row(bucket.name(), bucket.policy(), Printable.time(bucket.createdMillis(), zone));
    }
    table.print(session.out());
  }

  private static void json(StoredListing listing, Session session) {
    try (JsonOut out = JsonOut.array(session.out())) {
      while (listing.hasNext()) {
        session.stop().check();
        StoredListing.Item item = listing.next();
        out.element(
            item.listed().map(Shapes::listed).orElseGet(() -> Map.of("prefix", item.name())));
      }
    }
  }

  private static void text(StoredListing listing, boolean versions, Session session) {
    ZoneId zone = session.terminal().surroundings().zone();
    StringBuilder line = new StringBuilder();
    while (listing.hasNext()) {
      session.stop().check();
      StoredListing.Item item = listing.next();
      line.setLength(0);
      if (item.listed().isPresent()) {
        line(line, item.listed().get(), versions, zone);
      } else {
        line.repeat(
            ' ', SIZE_COLUMNS + 2 + TIME_COLUMNS + 2 + (versions ? VERSION_COLUMNS + 2 : 0));
      }
      session.out().line(line.append(Printable.of(item.name())).toString());
    }
  }

  private static void line(StringBuilder line, Listed listed, boolean versions, ZoneId zone) {
    String size = listed.deleteMarker() ? "deleted" : ByteUnits.format(listed.sizeBytes());
    line.repeat(' ', Math.max(0, SIZE_COLUMNS - size.length())).append(size).append("  ");
    line.append(Printable.time(listed.createdMillis(), zone)).append("  ");
    if (versions) {
      line.append(listed.version()).append("  ");
    }
  }
}

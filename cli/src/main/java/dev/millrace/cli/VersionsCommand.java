package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Shapes;
import dev.millrace.cli.show.Table;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoredVersion;
import java.time.ZoneId;
import java.util.List;

/// Lists all versions of one object.
final class VersionsCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax.words("BUCKET/KEY", 1, 1, "Which object");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    ObjectName name = ObjectName.parse(arguments.word(0));
    List<ObjectVersion> versions = session.millrace().files().versions(name.bucket(), name.key());
    if (session.json()) {
      try (JsonOut out = JsonOut.array(session.out())) {
        versions.forEach(version -> out.element(Shapes.version(version)));
      }
      return;
    }
    ZoneId zone = session.terminal().surroundings().zone();
    Table table = new Table("VERSION", "CREATED", ">SIZE", "ETAG");
    for (ObjectVersion version : versions) {
      String created = Printable.time(version.createdMillis(), zone);
      switch (version) {
        case StoredVersion stored ->
            table.row(stored.id(), created, ByteUnits.format(stored.sizeBytes()), stored.etag());
        case DeleteMarker marker -> table.row(marker.id(), created, "deleted", "");
      }
    }
    table.print(session.out());
  }
}

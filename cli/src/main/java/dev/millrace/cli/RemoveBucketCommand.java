package dev.millrace.cli;

import dev.millrace.cli.show.JsonOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Removes empty buckets.
final class RemoveBucketCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax.words(
        "BUCKET…", 1, Syntax.ANY, "Names; 'millrace rm --recursive --versions BUCKET' empties one");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    List<ObjectName> names = new ArrayList<>();
    for (String word : arguments.words()) {
      names.add(BucketWords.bucket(word));
    }
    for (ObjectName name : names) {
      session.millrace().files().deleteBucket(name.bucket());
    }
    if (session.json()) {
      try (JsonOut out = JsonOut.array(session.out())) {
        names.forEach(
            name -> out.element(Map.of("bucket", name.bucket().value(), "removed", true)));
      }
    }
  }
}

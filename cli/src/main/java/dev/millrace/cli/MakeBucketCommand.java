package dev.millrace.cli;

import dev.millrace.base.Text;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Shapes;
import dev.millrace.model.Bucket;
import dev.millrace.model.StoragePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes buckets.
final class MakeBucketCommand implements Command {
  private static final Pattern POLICY =
      Pattern.compile("(?:replicated\\(([1-8])\\)|erasure\\((\\d{1,2}),(\\d)\\))");
  private static final int MOST_DATA = 16;
  private static final int MOST_PARITY = 4;

  @Override
  public void define(Syntax syntax) {
    syntax
        .value(
            "POLICY",
            "replicated(COPIES) or erasure(DATA,PARITY); default: what the nodes allow",
            "--policy")
        .words("BUCKET…", 1, Syntax.ANY, "Names");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    Optional<StoragePolicy> policy = arguments.value("--policy").map(MakeBucketCommand::policy);
    List<ObjectName> names = new ArrayList<>();
    for (String word : arguments.words()) {
      names.add(BucketWords.bucket(word));
    }
    List<Bucket> made = new ArrayList<>();
    for (ObjectName name : names) {
      Bucket bucket = session.millrace().files().createBucket(name.bucket(), policy);
      made.add(bucket);
      if (policy.isEmpty() && bucket.policy().equals(new StoragePolicy.Replicated(1))) {
        Session.complain(
            session.terminal(),
            "bucket '"
                + bucket.name()
                + "': one copy, since there is one node: keep another copy of what must not be"
                + " lost");
      }
    }
    if (session.json()) {
      try (JsonOut out = JsonOut.array(session.out())) {
        made.forEach(bucket -> out.element(Shapes.bucket(bucket)));
      }
    }
  }

  private static StoragePolicy policy(String text) {
    Matcher matcher = POLICY.matcher(text.replace(" ", ""));
    if (matcher.matches()) {
      if (matcher.group(1) != null) {
        return new StoragePolicy.Replicated(Integer.parseInt(matcher.group(1)));
      }
      int data = Integer.parseInt(matcher.group(2));
      int parity = Integer.parseInt(matcher.group(3));
      if (data >= 1 && data <= MOST_DATA && parity >= 1 && parity <= MOST_PARITY) {
        return new StoragePolicy.Erasure(data, parity);
      }
    }
    throw new UsageException(
        "policy '"
            + Text.printable(text)
            + "' is none: write replicated(1) to replicated(8), or erasure(DATA,PARITY) with 1 to"
            + " 16 and 1 to 4");
  }
}

package dev.millrace.system.crash;

import dev.millrace.base.MillraceException;
import dev.millrace.client.Files;
import dev.millrace.client.Millrace;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.VersionId;
import dev.millrace.node.EmbeddedNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The process that looks afterwards: every acknowledged version must be there with its bytes,
/// every version that is listed must be whole, and what was destroyed must be gone.
///
/// Prints `acknowledged N lost N torn N undead N` and one line for each that is not as it should.
public final class CrashVerifier {
  private final Map<VersionId, String> expected = new HashMap<>();
  private final Set<VersionId> destroyed = new HashSet<>();
  private final Set<String> deleted = new HashSet<>();
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private CrashVerifier() {}

  /// Arguments: home, file with the writer's lines.
  public static void main(String[] args) throws IOException {
    CrashVerifier verifier = new CrashVerifier();
    for (String line : java.nio.file.Files.readAllLines(Path.of(args[1]))) {
      verifier.learn(line.split(" ", -1));
    }
    try (Millrace millrace = EmbeddedNode.open(Path.of(args[0]))) {
      verifier.verify(millrace.files());
    }
  }

  private void learn(String[] words) {
    switch (words[0]) {
      case "PUT", "COPY" -> expected.put(VersionId.parse(words[2]), words[1]);
      // from here on it may be there or not
      case "DESTROYING" -> expected.remove(VersionId.parse(words[2]));
      case "DESTROY" -> destroyed.add(VersionId.parse(words[2]));
      case "DELETE" -> deleted.add(words[1]);
      default -> {
        // READY, DELETING and a line cut short by the end of the writer say nothing that holds
      }
    }
  }

  private void verify(Files files) {
    int lost = 0;
    for (Map.Entry<VersionId, String> entry : expected.entrySet()) {
      ObjectRef ref =
          new ObjectRef(
              CrashWriter.BUCKET, new ObjectKey(entry.getValue()), Optional.of(entry.getKey()));
      Optional<String> fault = fault(files, ref);
      if (fault.isPresent()) {
        lost++;
        out.println("LOST " + ref + " " + fault.get());
      }
    }
    int torn = 0;
    int undead = 0;
    ListRequest request = new ListRequest(CrashWriter.BUCKET, "", "", true, Optional.empty(), 1000);
    while (true) {
      ListPage page = files.list(request);
      torn += countTorn(files, page.entries());
      undead += countUndead(page.entries());
      if (page.next().isEmpty()) {
        break;
      }
      request = request.from(page.next().get());
    }
    out.println(
        "acknowledged "
            + expected.size()
            + " lost "
            + lost
            + " torn "
            + torn
            + " undead "
            + undead);
  }

  private int countTorn(Files files, List<Listed> entries) {
    int torn = 0;
    for (Listed entry : entries) {
      if (entry.deleteMarker() || expected.containsKey(entry.version())) {
        continue;
      }
      ObjectRef ref = new ObjectRef(CrashWriter.BUCKET, entry.key(), Optional.of(entry.version()));
      Optional<String> fault = fault(files, ref);
      if (fault.isPresent()) {
        torn++;
        out.println("TORN " + ref + " " + fault.get());
      }
    }
    return torn;
  }

  private int countUndead(List<Listed> entries) {
    int undead = 0;
    for (Listed entry : entries) {
      boolean back =
          destroyed.contains(entry.version())
              || (deleted.contains(entry.key().value())
                  && entry.current()
                  && !entry.deleteMarker());
      if (back) {
        undead++;
        out.println("UNDEAD " + entry);
      }
    }
    return undead;
  }

  private static Optional<String> fault(Files files, ObjectRef ref) {
    byte[] whole = Payload.ofKey(ref.key().value()).bytes();
    ByteArrayOutputStream got = new ByteArrayOutputStream(whole.length);
    try {
      files.get(ref, ByteRange.whole(), got);
    } catch (MillraceException e) {
      return Optional.of(e.code() + " " + e.getMessage());
    }
    return Arrays.equals(got.toByteArray(), whole)
        ? Optional.empty()
        : Optional.of("other bytes: " + got.size() + " for " + whole.length);
  }
}

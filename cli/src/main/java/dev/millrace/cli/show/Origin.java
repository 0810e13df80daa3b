package dev.millrace.cli.show;

import dev.millrace.base.ByteUnits;
import dev.millrace.client.Explanation;
import dev.millrace.model.Job;
import dev.millrace.model.NodeId;
import dev.millrace.model.Program;
import dev.millrace.model.Provenance;
import dev.millrace.model.StoredVersion;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where an answer comes from, as people and scripts see it.
public final class Origin {
  private Origin() {}

  /// What was typed behind the program's name.
  private static List<String> arguments(Program program) {
    return switch (program) {
      case Program.Instruction instruction -> instruction.arguments();
      case Program.Executable _ -> List.of(); // the command says all
    };
  }

  /// The program, its digest, the job and its nodes, by what a line begins with.
  public static Map<String, String> lines(Explanation from) {
    Map<String, String> lines = new LinkedHashMap<>();
    Job computed = from.computed();
    lines.put("program", computed.spec().program().displayName());
    computed.provenance().ifPresent(known -> lines.put("digest", known.program().toString()));
    lines.put("job", from.job().id().toString());
    from.job().reusedFrom().ifPresent(origin -> lines.put("reused", "from job " + origin));
    computed
        .provenance()
        .filter(known -> !known.nodes().isEmpty())
        .ifPresent(known -> lines.put("nodes", nodes(known)));
    return lines;
  }

  private static String nodes(Provenance provenance) {
    return provenance.nodes().stream().map(NodeId::toString).collect(Collectors.joining(", "));
  }

  /// The inputs that are named, and how many are not, a line each: what it begins with and the
  /// rest.
  public static void inputs(Explanation from, BiConsumer<String, String> line) {
    from.inputs().forEach(input -> line.accept("input", text(input)));
    int more = from.inputCount() - from.inputs().size();
    if (more > 0) {
      line.accept("", "… and " + Printable.count(more, "more input") + "; --json names all");
    }
  }

  private static String text(Explanation.Input input) {
    return input.ref()
        + ", "
        + input.sizeBytes().map(ByteUnits::format).orElse("destroyed since")
        + (input.label().isEmpty() ? "" : ", as " + input.label());
  }

  /// When a job began, and how long it took.
  public static String times(Job job, ZoneId zone) {
    return Printable.time(job.createdMillis(), zone)
        + (job.endedMillis() == 0
            ? ""
            : " to "
                + Printable.time(job.endedMillis(), zone)
                + ", "
                + Printable.duration(job.endedMillis() - job.createdMillis()));
  }

  /// An answer and where it comes from.
  public static Map<String, @Nullable Object> shape(StoredVersion answer, Explanation from) {
    Map<String, @Nullable Object> fields = Shapes.version(answer);
    fields.put("provenance", shape(from));
    return fields;
  }

  /// Where an answer comes from.
  public static Map<String, @Nullable Object> shape(Explanation from) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    Job computed = from.computed();
    Program program = computed.spec().program();
    Optional<Provenance> provenance = computed.provenance();
    fields.put("job", from.job().id().toString());
    fields.put("program", program.displayName());
    fields.put("programDigest", provenance.map(known -> known.program().toString()).orElse(null));
    fields.put("arguments", arguments(program));
    fields.put("inputCount", from.inputCount());
    fields.put("inputs", from.inputs().stream().map(Origin::input).toList());
    fields.put(
        "nodes",
        provenance
            .map(known -> known.nodes().stream().map(NodeId::toString).toList())
            .orElse(List.of()));
    fields.put("created", Shapes.time(computed.createdMillis()));
    fields.put("ended", computed.endedMillis() == 0 ? null : Shapes.time(computed.endedMillis()));
    fields.put("computedBy", computed.id().toString());
    fields.put("ancestors", from.ancestors().stream().map(Origin::ancestor).toList());
    return fields;
  }

  private static Map<String, @Nullable Object> input(Explanation.Input input) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("bucket", input.ref().bucket().value());
    fields.put("key", input.ref().key().value());
    fields.put("version", input.ref().version().map(Object::toString).orElse(null));
    fields.put("label", input.label());
    fields.put("sizeBytes", input.sizeBytes().orElse(null));
    return fields;
  }

  private static Map<String, @Nullable Object> ancestor(Explanation.Ancestor ancestor) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("job", ancestor.job().toString());
    fields.put("whole", ancestor.whole());
    return fields;
  }
}

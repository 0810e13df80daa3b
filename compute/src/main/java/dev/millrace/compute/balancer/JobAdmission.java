package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Jobs.PrefixInput;
import dev.millrace.compute.executable.Programs;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.worker.Contents;
import dev.millrace.model.BucketName;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Checks what is asked for and makes a job of it. Thread-safe.
final class JobAdmission {
  static final int INPUTS = 100_000;

  /// Prefixes that stand for inputs.
  static final int PREFIXES = 1000;

  /// UTF-8 bytes of one label, as the longest path on Linux.
  static final int LABEL_BYTES = (int) (4 * ByteUnits.KIB);

  /// UTF-8 bytes of all labels and keys of a job: it is one entry of the catalog's log.
  static final long TEXT_BYTES = 8 * ByteUnits.MIB;

  private final Catalog catalog;
  private final Programs programs;
  private final StoragePolicy resultsPolicy;
  private final Prefixes prefixes;

  /// @param resultsPolicy of the bucket for answers, when it has to be made
  JobAdmission(Catalog catalog, Programs programs, StoragePolicy resultsPolicy) {
    this.catalog = catalog;
    this.programs = programs;
    this.resultsPolicy = resultsPolicy;
    this.prefixes = new Prefixes(catalog, INPUTS);
  }

  /// A job that can be run.
  ///
  /// @param contents of the inputs
  record Admitted(JobSpec spec, Call call, InputLayout layout, Contents contents) {}

  /// What is asked for, once it is known to make sense.
  ///
  /// @param inputs of whose exact versions nobody has looked whether they are there
  /// @param digest of the program
  record Asked(
      Program program,
      Call call,
      Sha256 digest,
      InputParts inputs,
      BucketName bucket,
      ObjectKey key,
      JobOptions options) {
    /// The key of the answer.
    Sha256 result() {
      return ResultKey.result(program, digest, inputs.digest());
    }
  }

  Asked ask(JobId id, JobRequest request) {
    Call call = programs.call(request.program(), request.options());
    checkInputs(request, call);
    if (request.outputBucket().isPresent() != request.outputKey().isPresent()) {
      throw invalid("output", "its bucket or its key is missing", "give both, or neither");
    }
    InputParts inputs = parts(request);
    BucketName bucket = request.outputBucket().orElse(BucketName.RESULTS);
    if (request.outputBucket().isPresent()) {
      if (bucket.system()) {
        throw new MillraceException(
            ErrorCode.INVALID_BUCKET_NAME,
            "output '" + bucket + "': the bucket belongs to Millrace itself: name one of yours");
      }
      catalog.query(new CatalogQuery.GetBucket(bucket));
    } else {
      makeResults();
    }
    return new Asked(
        request.program(),
        call,
        digest(request.program()),
        inputs,
        bucket,
        outputKey(request, call).orElseGet(() -> new ObjectKey(id.toString())),
        request.options());
  }

  private InputParts parts(JobRequest request) {
    List<InputParts.Part> parts = new ArrayList<>();
    int from = 0;
    for (PrefixInput prefix : request.prefixes()) {
      addExact(parts, request, from, prefix.before());
      parts.add(prefixes.look(prefix));
      from = prefix.before();
    }
    addExact(parts, request, from, request.inputs().size());
    return new InputParts(parts);
  }

  private void addExact(List<InputParts.Part> parts, JobRequest request, int from, int to) {
    if (from < to) {
      List<ObjectRef> refs =
          request.inputs().subList(from, to).stream()
              .map(input -> input.version().isPresent() ? input : ObjectRef.of(find(input)))
              .toList();
      parts.add(new InputParts.Exact(refs, request.labels().subList(from, to)));
    }
  }

  /// The same with every input named. What lies under a prefix may have changed since it was asked,
  /// and then the answer has another key.
  Asked list(Asked asked) {
    if (asked.inputs().listed()) {
      return asked;
    }
    List<InputParts.Part> parts =
        asked.inputs().parts().stream()
            .map(part ->
                part instanceof InputParts.Prefixed prefixed && prefixed.refs().isEmpty()
                    ? prefixes.list(prefixed.prefix())
                    : part)
            .toList();
    return new Asked(
        asked.program(),
        asked.call(),
        asked.digest(),
        new InputParts(parts),
        asked.bucket(),
        asked.key(),
        asked.options());
  }

  /// @param asked with every input named
  Admitted admit(Asked asked) {
    JobSpec spec =
        new JobSpec(
            asked.program(),
            asked.inputs().refs(),
            asked.inputs().labels(),
            asked.bucket(),
            asked.key(),
            asked.options());
    checkMost(spec.inputs().size(), spec.program(), asked.call());
    checkInputs(spec.inputs(), spec.labels());
    return admitted(spec, asked.call());
  }

  /// A job that was accepted before. Its finished tasks are of no use to a program that gives other
  /// answers now.
  Admitted readmit(Job job) {
    JobSpec spec = job.spec();
    Call call = programs.call(spec.program(), spec.options());
    if (job.provenance()
        .filter(from -> !from.program().equals(digest(spec.program())))
        .isPresent()) {
      throw new MillraceException(
          ErrorCode.PRECONDITION_FAILED,
          "job "
              + job.id()
              + ": '"
              + Text.printable(spec.program().displayName())
              + "' is another version now than when it began: run it again");
    }
    return admitted(spec, call);
  }

  private Sha256 digest(Program program) {
    return ResultKey.program(program, name -> programs.instructions().find(name).semantics());
  }

  private Admitted admitted(JobSpec spec, Call call) {
    InputContents contents = new InputContents(spec.inputs(), input -> find(input).stored());
    return new Admitted(spec, call, new InputLayout(contents.sizes(), spec.labels()), contents);
  }

  private StoredVersion find(ObjectRef input) {
    return switch (catalog.query(new CatalogQuery.GetVersion(input))) {
      case StoredVersion version -> version;
      case DeleteMarker _ ->
          throw new MillraceException(
              ErrorCode.NO_SUCH_KEY,
              "input '"
                  + Text.printable(input.toString())
                  + "': it was deleted: restore it or name an older version");
    };
  }

  /// Where the answer goes, without what may stand behind a prefix.
  private static Optional<ObjectKey> outputKey(JobRequest request, Call call) {
    if (!(call.combine() instanceof Combine.Files)) {
      return request.outputKey();
    }
    Optional<ObjectKey> key = request.outputKey();
    if (key.isEmpty() || !key.get().value().endsWith("/")) {
      return key;
    }
    String prefix = key.get().value().substring(0, key.get().value().length() - 1);
    if (prefix.isEmpty()) {
      throw invalid("output", "files need a prefix of their keys", "name one, such as parts/");
    }
    return Optional.of(new ObjectKey(prefix));
  }

  private static void checkInputs(JobRequest request, Call call) {
    if (request.inputs().isEmpty() && request.prefixes().isEmpty()) {
      throw invalid("inputs", "there is none", "name at least one");
    }
    if (request.prefixes().size() > PREFIXES) {
      throw invalid(
          "prefixes",
          request.prefixes().size() + " are more than the " + PREFIXES + " a job may have",
          "make several jobs of it");
    }
    checkMost(request.inputs().size(), request.program(), call);
    if (request.labels().size() != request.inputs().size()) {
      throw invalid(
          "labels",
          request.labels().size() + " for " + request.inputs().size() + " inputs",
          "give one for each");
    }
    int from = 0;
    for (PrefixInput prefix : request.prefixes()) {
      if (prefix.before() < from || prefix.before() > request.inputs().size()) {
        throw invalid(
            "prefix '" + Text.printable(prefix.prefix()) + "'",
            "it can't stand before input " + prefix.before(),
            "name prefixes in order");
      }
      from = prefix.before();
      checkLabel(prefix.labelHead() + prefix.prefix());
    }
    checkInputs(request.inputs(), request.labels());
  }

  private static void checkMost(int inputs, Program program, Call call) {
    if (inputs > call.mostInputs()) {
      throw invalid(
          "inputs",
          inputs
              + " are more than the "
              + call.mostInputs()
              + " that '"
              + Text.printable(program.displayName())
              + "' takes",
          "make several jobs of it");
    }
  }

  private static int checkLabel(String label) {
    int length = label.getBytes(UTF_8).length;
    if (length > LABEL_BYTES || label.indexOf('\0') >= 0) {
      throw invalid(
          "label '" + Text.printable(label) + "'",
          length > LABEL_BYTES
              ? length + " bytes are more than the " + LABEL_BYTES + " allowed"
              : "it has a NUL character",
          "use another name");
    }
    return length;
  }

  private static void checkInputs(List<ObjectRef> inputs, List<String> labels) {
    if (inputs.size() > INPUTS) {
      throw invalid(
          "inputs",
          inputs.size() + " are more than the " + INPUTS + " a job may have",
          "make several jobs of it");
    }
    long textBytes = 0;
    for (int i = 0; i < labels.size(); i++) {
      textBytes += checkLabel(labels.get(i)) + inputs.get(i).key().utf8().length;
    }
    if (textBytes > TEXT_BYTES) {
      throw invalid(
          "inputs",
          "their names have "
              + textBytes
              + " bytes, more than the "
              + TEXT_BYTES
              + " a job may have",
          "make several jobs of it");
    }
  }

  private void makeResults() {
    try {
      catalog.query(new CatalogQuery.GetBucket(BucketName.RESULTS));
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.NO_SUCH_BUCKET) {
        throw e;
      }
      try {
        catalog.execute(new CatalogCommand.CreateBucket(BucketName.RESULTS, resultsPolicy));
      } catch (MillraceException raced) {
        if (raced.code() != ErrorCode.BUCKET_EXISTS) {
          throw raced;
        }
      }
    }
  }

  private static MillraceException invalid(String what, String why, String remedy) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT, "job: " + what + ": " + why + ": " + remedy);
  }
}

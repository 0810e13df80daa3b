package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instructions;
import dev.millrace.model.BucketName;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.util.ArrayList;
import java.util.List;

/// Checks what is asked for and makes a job of it. Thread-safe.
final class JobAdmission {
  static final int INPUTS = 100_000;

  /// UTF-8 bytes of one label, as the longest path on Linux.
  static final int LABEL_BYTES = (int) (4 * ByteUnits.KIB);

  /// UTF-8 bytes of all labels and keys of a job: it is one entry of the catalog's log.
  static final long TEXT_BYTES = 8 * ByteUnits.MIB;

  private final Catalog catalog;
  private final Instructions instructions;
  private final StoragePolicy resultsPolicy;

  /// @param resultsPolicy of the bucket for answers, when it has to be made
  JobAdmission(Catalog catalog, Instructions instructions, StoragePolicy resultsPolicy) {
    this.catalog = catalog;
    this.instructions = instructions;
    this.resultsPolicy = resultsPolicy;
  }

  /// A job that can be run.
  ///
  /// @param contents of the inputs, in order
  record Admitted(JobSpec spec, Call call, InputLayout layout, List<Stored> contents) {}

  Admitted admit(JobId id, JobRequest request) {
    Call call = parse(request.program());
    checkInputs(request);
    if (request.outputBucket().isPresent() != request.outputKey().isPresent()) {
      throw invalid("output", "its bucket or its key is missing", "give both, or neither");
    }
    List<StoredVersion> inputs = new ArrayList<>();
    for (ObjectRef input : request.inputs()) {
      inputs.add(find(input));
    }
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
    JobSpec spec =
        new JobSpec(
            request.program(),
            inputs.stream().map(ObjectRef::of).toList(),
            request.labels(),
            bucket,
            request.outputKey().orElseGet(() -> new ObjectKey(id.toString())),
            request.priority());
    return admitted(spec, call, inputs);
  }

  /// A job that was accepted before.
  Admitted readmit(JobSpec spec) {
    Call call = parse(spec.program());
    return admitted(spec, call, spec.inputs().stream().map(this::find).toList());
  }

  private static Admitted admitted(JobSpec spec, Call call, List<StoredVersion> inputs) {
    List<Long> sizes = inputs.stream().map(StoredVersion::sizeBytes).toList();
    InputLayout layout = new InputLayout(sizes, spec.labels());
    return new Admitted(spec, call, layout, inputs.stream().map(StoredVersion::stored).toList());
  }

  private Call parse(Program program) {
    return switch (program) {
      case Program.Instruction named -> instructions.find(named.name()).parse(named.arguments());
    };
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

  private static void checkInputs(JobRequest request) {
    if (request.inputs().isEmpty()) {
      throw invalid("inputs", "there is none", "name at least one");
    }
    if (request.inputs().size() > INPUTS) {
      throw invalid(
          "inputs",
          request.inputs().size() + " are more than the " + INPUTS + " a job may have",
          "make several jobs of it");
    }
    if (request.labels().size() != request.inputs().size()) {
      throw invalid(
          "labels",
          request.labels().size() + " for " + request.inputs().size() + " inputs",
          "give one for each");
    }
    long textBytes = 0;
    for (int i = 0; i < request.labels().size(); i++) {
      String label = request.labels().get(i);
      int length = label.getBytes(UTF_8).length;
      if (length > LABEL_BYTES || label.indexOf('\0') >= 0) {
        throw invalid(
            "label '" + Text.printable(label) + "'",
            length > LABEL_BYTES
                ? length + " bytes are more than the " + LABEL_BYTES + " allowed"
                : "it has a NUL character",
            "use another name");
      }
      textBytes += length + request.inputs().get(i).key().utf8().length;
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

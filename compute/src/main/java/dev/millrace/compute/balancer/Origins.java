package dev.millrace.compute.balancer;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Says where answers come from, from what the catalog has recorded. Thread-safe.
final class Origins {
  /// Ancestors that are named.
  static final int ANCESTORS = 20;

  private final Catalog catalog;

  Origins(Catalog catalog) {
    this.catalog = catalog;
  }

  /// Where a job's answer comes from, with the first `mostInputs` of its inputs.
  ///
  /// @throws MillraceException NO_SUCH_JOB
  Explanation explain(JobId id, int mostInputs) {
    Job job = catalog.query(new CatalogQuery.GetJob(id));
    Job computed = computed(job);
    JobSpec spec = computed.spec();
    List<Explanation.Input> inputs = new ArrayList<>();
    for (int i = 0; i < Math.min(mostInputs, spec.inputs().size()); i++) {
      ObjectRef ref = spec.inputs().get(i);
      inputs.add(new Explanation.Input(ref, spec.labels().get(i), sizeBytes(ref)));
    }
    return new Explanation(
        job.withoutInputs(),
        computed.withoutInputs(),
        spec.inputs().size(),
        inputs,
        ancestors(job));
  }

  /// The job that computed a job's answer: itself, or the one that it was answered from, unless
  /// that was forgotten.
  private Job computed(Job job) {
    return job.reusedFrom().flatMap(this::find).orElse(job);
  }

  private Optional<Long> sizeBytes(ObjectRef ref) {
    try {
      return catalog.query(new CatalogQuery.GetVersion(ref)) instanceof StoredVersion version
          ? Optional.of(version.sizeBytes())
          : Optional.empty();
    } catch (MillraceException e) {
      if (gone(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean gone(MillraceException e) {
    return e.code() == ErrorCode.NO_SUCH_VERSION
        || e.code() == ErrorCode.NO_SUCH_KEY
        || e.code() == ErrorCode.NO_SUCH_BUCKET;
  }

  private List<Explanation.Ancestor> ancestors(Job job) {
    List<Explanation.Ancestor> ancestors = new ArrayList<>();
    Optional<Provenance> from = job.provenance();
    while (from.isPresent() && ancestors.size() < ANCESTORS) {
      Optional<JobId> whole = from.get().reusedFrom();
      Optional<JobId> next = whole.or(from.get()::tookFrom);
      next.ifPresent(id -> ancestors.add(new Explanation.Ancestor(id, whole.isPresent())));
      from = next.flatMap(this::find).flatMap(Job::provenance);
    }
    return ancestors;
  }

  /// Absent when it was forgotten.
  private Optional<Job> find(JobId id) {
    try {
      return Optional.of(catalog.query(new CatalogQuery.GetJob(id)));
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.NO_SUCH_JOB) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// The same job over the same versions once more, by itself, its answer among the results.
  ///
  /// @throws MillraceException NO_SUCH_JOB, NO_SUCH_VERSION when an input was destroyed
  JobRequest again(JobId id) {
    Job computed = computed(catalog.query(new CatalogQuery.GetJob(id)));
    JobSpec spec = computed.spec();
    for (ObjectRef ref : spec.inputs()) {
      if (sizeBytes(ref).isEmpty()) {
        throw new MillraceException(
            ErrorCode.NO_SUCH_VERSION,
            "job "
                + computed.id()
                + ": its input '"
                + Text.printable(ref.toString())
                + "' was destroyed since: it can't be run again");
      }
    }
    return new JobRequest(
        spec.program(),
        spec.inputs(),
        spec.labels(),
        Optional.empty(),
        Optional.empty(),
        spec.options(),
        JobRequest.Reuse.APART,
        List.of());
  }
}

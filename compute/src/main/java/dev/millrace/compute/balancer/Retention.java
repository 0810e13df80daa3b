package dev.millrace.compute.balancer;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Removes what is left of old jobs; see [RetentionRule]. Call [#step] now and then, from one
/// thread.
public final class Retention {
  private static final List<BucketName> SWEPT =
      List.of(
          BucketName.INPUTS,
          BucketName.RESULTS,
          BucketName.PIECES,
          BucketName.PROGRAMS,
          BucketName.LOGS);

  /// Jobs that are in memory at once.
  private static final int PAGE_JOBS = 50;

  private final Catalog catalog;
  private final Clock clock;

  public Retention(Catalog catalog, Clock clock) {
    this.catalog = catalog;
    this.clock = clock;
  }

  /// What a step removed.
  public record Removed(int versions, int jobs) {}

  /// Goes through all jobs twice and the buckets of what they leave once. Answers go before the
  /// jobs that made them.
  public Removed step() {
    Set<ObjectRef> inUse = new HashSet<>();
    eachPage(jobs -> {
      for (Job job : jobs) {
        if (!job.state().ended()) {
          inUse.addAll(swept(job.id()));
          if (job.spec().program() instanceof Program.Executable executable) {
            executable.shipped().forEach(file -> inUse.add(file.content()));
          }
        }
      }
    });
    int versions = 0;
    for (BucketName bucket : SWEPT) {
      versions += sweep(bucket, inUse);
    }
    int[] forgotten = {0};
    eachPage(jobs -> forgotten[0] += forget(jobs));
    return new Removed(versions, forgotten[0]);
  }

  /// A job's inputs in the buckets that are swept, whose other inputs are nobody's to remove.
  private List<ObjectRef> swept(JobId job) {
    try {
      return catalog.query(new CatalogQuery.GetJob(job)).spec().inputs().stream()
          .filter(input -> SWEPT.contains(input.bucket()))
          .toList();
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.NO_SUCH_JOB) {
        return List.of(); // it ended and was removed since
      }
      throw e;
    }
  }

  /// Newest first; a job may be removed while its page is looked at.
  private void eachPage(Consumer<List<Job>> action) {
    Optional<JobId> before = Optional.empty();
    List<Job> page;
    do {
      page = catalog.query(new CatalogQuery.ListJobs(before, PAGE_JOBS));
      before = page.isEmpty() ? before : Optional.of(page.getLast().id());
      action.accept(page);
    } while (page.size() == PAGE_JOBS);
  }

  private int forget(List<Job> jobs) {
    List<Job> old = RetentionRule.old(jobs, clock.currentMillis());
    Set<JobId> inUse =
        catalog.query(new CatalogQuery.JobsInUse(old.stream().map(Job::id).toList()));
    int forgotten = 0;
    for (Job job : old) {
      boolean kept = inUse.contains(job.id()) || answersBefore(job);
      forgotten += !kept && gone(new CatalogCommand.ForgetJob(job.id())) ? 1 : 0;
    }
    return forgotten;
  }

  /// Whether the answer is there of a job that was accepted before the catalog noted which versions
  /// a job made.
  private boolean answersBefore(Job job) {
    if (job.provenance().isPresent() || job.output().isEmpty()) {
      return false;
    }
    try {
      catalog.query(
          new CatalogQuery.GetVersion(
              new ObjectRef(job.spec().outputBucket(), job.spec().outputKey(), job.output())));
      return true;
    } catch (MillraceException e) {
      if (e.code().kind() == ErrorCode.Kind.USER) {
        return false;
      }
      throw e;
    }
  }

  private int sweep(BucketName bucket, Set<ObjectRef> inUse) {
    int removed = 0;
    Optional<ListRequest.Cursor> after = Optional.empty();
    do {
      ListPage page;
      try {
        page =
            catalog.query(
                new CatalogQuery.ListObjects(
                    new ListRequest(bucket, "", "", true, after, Limits.PAGE_ENTRIES)));
      } catch (MillraceException e) {
        if (e.code() == ErrorCode.NO_SUCH_BUCKET) {
          return removed;
        }
        throw e;
      }
      List<ObjectRef> expired =
          RetentionRule.expired(bucket, page.entries(), inUse, clock.currentMillis());
      for (ObjectRef ref : expired) {
        var destroy =
            new CatalogCommand.DestroyVersion(bucket, ref.key(), ref.version().orElseThrow());
        removed += gone(destroy) ? 1 : 0;
      }
      after = page.next();
    } while (after.isPresent());
    return removed;
  }

  private boolean gone(CatalogCommand<?> command) {
    try {
      catalog.execute(command);
      return true;
    } catch (MillraceException e) {
      if (e.code().kind() == ErrorCode.Kind.USER) {
        return false; // somebody else removed it
      }
      throw e;
    }
  }
}

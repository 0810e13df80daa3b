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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Removes what is left of old jobs; see [RetentionRule]. Call [#step] now and then, from one
/// thread.
public final class Retention {
  private static final List<BucketName> SWEPT =
      List.of(BucketName.INPUTS, BucketName.RESULTS, BucketName.PROGRAMS, BucketName.LOGS);

  private final Catalog catalog;
  private final Clock clock;

  public Retention(Catalog catalog, Clock clock) {
    this.catalog = catalog;
    this.clock = clock;
  }

  /// What a step removed.
  public record Removed(int versions, int jobs) {}

  /// Goes through all jobs and the buckets of what they leave once.
  public Removed step() {
    List<Job> jobs = new ArrayList<>();
    Optional<JobId> before = Optional.empty();
    List<Job> page;
    do {
      page = catalog.query(new CatalogQuery.ListJobs(before, Limits.PAGE_ENTRIES));
      jobs.addAll(page);
      before = page.isEmpty() ? before : Optional.of(page.getLast().id());
    } while (page.size() == Limits.PAGE_ENTRIES);
    Set<ObjectRef> inUse = new HashSet<>();
    for (Job job : jobs) {
      if (!job.state().ended()) {
        inUse.addAll(job.spec().inputs());
        if (job.spec().program() instanceof Program.Executable executable) {
          executable.shipped().forEach(file -> inUse.add(file.content()));
        }
      }
    }
    int versions = 0;
    for (BucketName bucket : SWEPT) {
      versions += sweep(bucket, inUse);
    }
    List<JobId> forgettable = RetentionRule.forgettable(jobs, clock.currentMillis());
    int forgotten = 0;
    for (JobId job : forgettable) {
      forgotten += gone(new CatalogCommand.ForgetJob(job)) ? 1 : 0;
    }
    return new Removed(versions, forgotten);
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

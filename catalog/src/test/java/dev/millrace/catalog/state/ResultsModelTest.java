package dev.millrace.catalog.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.state.CatalogCore.Outcome;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.Seeds;
import dev.millrace.testkit.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Recorded results against a second catalog that keeps them in plain maps.
final class ResultsModelTest extends AbstractResultsTest {
  @Test
  void answersAsAnIndependentModelDoes() {
    long seed = Seeds.seed("answersAsAnIndependentModelDoes");
    SplittableRandom random = new SplittableRandom(seed);
    SettableClock clock = new SettableClock(1);
    MemoryCatalog model = new MemoryCatalog(clock);
    List<JobId> jobs = new ArrayList<>();
    List<ObjectRef> versions = new ArrayList<>();
    for (int i = 0; i < Seeds.rounds(2000); i++) {
      CatalogCommand<?> command = random(random, jobs, versions);
      Object expected = attempt(() -> model.execute(command));
      Outcome outcome =
          core.apply(
                  new Applied(1, index++),
                  new EntryCodec.Entry(clock.currentMillis(), List.of(command)))
              .getFirst();
      Object given =
          switch (outcome) {
            case Outcome.Executed executed -> executed.result();
            case Outcome.Refused refused -> refused.code();
          };
      assertThat(text(given)).as("%d: %s", i, command).isEqualTo(text(expected));
      for (int number = 0; number < 3; number++) {
        CatalogQuery<?> find = new CatalogQuery.FindResult(digest(number));
        assertThat(text(ask(find))).as("%d: %s", i, find).isEqualTo(text(model.query(find)));
      }
      CatalogQuery<?> kin = new CatalogQuery.FindKin(digest(40 + random.nextInt(2)));
      assertThat(text(ask(kin))).as("%d: %s", i, kin).isEqualTo(text(model.query(kin)));
      CatalogQuery<?> garbage = new CatalogQuery.ListGarbage(Optional.empty(), 1000);
      assertThat(ask(garbage)).as("%d", i).isEqualTo(model.query(garbage));
      CatalogQuery<?> used = new CatalogQuery.JobsInUse(jobs);
      assertThat(ask(used)).as("%d: %s", i, used).isEqualTo(model.query(used));
      clock.advanceMillis(1);
    }
    Invariants.check(tables);
  }

  private CatalogCommand<?> random(
      SplittableRandom random, List<JobId> jobs, List<ObjectRef> versions) {
    BucketName bucket = random.nextBoolean() ? BUCKET : OTHER;
    ObjectKey key = new ObjectKey("k" + random.nextInt(3));
    JobId old =
        jobs.isEmpty()
            ? new JobId(new Id128(9, 9))
            : jobs.get(Math.max(0, jobs.size() - 1 - random.nextInt(8)));
    JobId fresh = new JobId(new Id128(1, ++made));
    return switch (random.nextInt(14)) {
      case 0 -> new CatalogCommand.CreateBucket(bucket, new StoragePolicy.Replicated(1));
      case 1, 2 -> {
        jobs.add(fresh);
        yield new CatalogCommand.AcceptJob(
            fresh,
            new JobSpec(PROGRAM, List.of(), List.of(), bucket, key),
            key(made),
            Optional.of(
                Provenance.of(
                        DIGEST,
                        random.nextInt(4) == 0
                            ? Optional.empty()
                            : Optional.of(digest(random.nextInt(3))))
                    .withTaken(old)),
            versions.isEmpty() || random.nextBoolean()
                ? Optional.empty()
                : Optional.of(takeOver(versions.get(random.nextInt(versions.size())))));
      }
      case 3, 4, 5 -> {
        VersionId id = new VersionId(fresh.value());
        versions.add(new ObjectRef(bucket, key, Optional.of(id)));
        Sha256 kin = digest(40 + random.nextInt(2));
        AnswerParts.Piece piece =
            new AnswerParts.Piece(made, 1, Map.of("lines", made), Bytes.EMPTY, NODE);
        yield new CatalogCommand.PublishJob(
            old,
            id,
            answer(old),
            List.of(NODE),
            random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(
                    new AnswerParts(
                        kin,
                        List.of(new AnswerParts.Group(1, List.of(piece))),
                        versions.isEmpty() || random.nextBoolean()
                            ? Optional.empty()
                            : Optional.of(versions.get(random.nextInt(versions.size()))))));
      }
      case 6, 7 -> {
        jobs.add(fresh);
        VersionId id = new VersionId(fresh.value());
        versions.add(new ObjectRef(bucket, key, Optional.of(id)));
        yield new CatalogCommand.ReuseResult(digest(random.nextInt(3)), fresh, id, bucket, key);
      }
      case 8, 9 -> {
        ObjectRef ref =
            versions.isEmpty()
                ? ObjectRef.current(bucket, key)
                : versions.remove(random.nextInt(versions.size()));
        yield new CatalogCommand.DestroyVersion(
            ref.bucket(), ref.key(), ref.version().orElse(new VersionId(new Id128(9, 9))));
      }
      case 10 -> new CatalogCommand.EndJob(old, JobState.CANCELLED, "it: ended: go");
      case 11, 12 -> {
        String prefix = "k" + random.nextInt(3) + "/"; // the job's own, as often as not
        CatalogCommand.PublishFiles files = files(old, prefix, random.nextInt(4));
        for (CatalogCommand.PublishedFile file : files.files()) {
          BucketName place = random.nextBoolean() ? BUCKET : OTHER;
          versions.add(new ObjectRef(place, file.key(), Optional.of(file.versionId())));
        }
        yield files;
      }
      default -> new CatalogCommand.ForgetJob(old);
    };
  }

  private static Object attempt(Supplier<Object> action) {
    try {
      return action.get();
    } catch (MillraceException e) {
      return e.code();
    }
  }

  /// Without sequences: the model leaves gaps where a command was refused. A version of a key that
  /// isn't there is NO_SUCH_KEY to the model.
  private static String text(Object answer) {
    return answer
        .toString()
        .replaceAll("sequence=\\d+", "sequence")
        .replace("NO_SUCH_KEY", "NO_SUCH_VERSION");
  }
}

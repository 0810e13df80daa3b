package dev.millrace.compute.balancer;

import dev.millrace.base.Bytes;
import dev.millrace.compute.balancer.JobAdmission.Admitted;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.Combine;
import dev.millrace.model.Content;
import dev.millrace.model.JobId;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Sha256;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand.TakeOver;
import dev.millrace.net.CatalogQuery;
import dev.millrace.net.CatalogQuery.Kin;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Finds an earlier job from whose answer a job can take parts over. Thread-safe.
final class PartialReuse {
  private final Catalog catalog;

  PartialReuse(Catalog catalog) {
    this.catalog = catalog;
  }

  /// What is taken over.
  ///
  /// @param key under which the job has to seal what it adds, when it takes sealed bytes over
  /// @param rest the pieces that have to be run
  record Found(JobId from, Optional<WrappedKey> key, TakeOver takeOver, List<Piece> rest) {}

  /// What spares the most input; absent when nothing does.
  ///
  /// @param program the digest of what runs
  /// @param cut the pieces of inputs, as if they were all there are
  Optional<Found> find(Admitted job, Sha256 program, Function<InputLayout, List<Piece>> cut) {
    if (job.call().moved(Bytes.EMPTY, 0).isEmpty()) {
      return Optional.empty();
    }
    Sha256 kin =
        ResultKey.kin(job.spec().program(), program, job.call(), job.spec().inputs().size());
    Optional<Found> best = Optional.empty();
    long most = 0;
    for (Kin earlier : catalog.query(new CatalogQuery.FindKin(kin))) {
      TakenOver taken =
          TakenOver.plan(
              earlier.parts(),
              earlier.job().spec(),
              pieces(job, earlier),
              job.spec(),
              job.layout(),
              job.call(),
              cut);
      if (taken.inputBytes() > most) {
        most = taken.inputBytes();
        best = Optional.of(found(job, earlier, taken));
      }
    }
    return best;
  }

  /// The extents of what the pieces wrote; those of an aggregate wrote nothing.
  private static Manifest pieces(Admitted job, Kin earlier) {
    return switch (job.call().combine()) {
      case Combine.Aggregate _ -> new Manifest(List.of());
      case Combine.ConcatenateInOrder _, Combine.Stages _ ->
          switch (earlier.answer().stored().content()) {
            case Content.Chunked chunked -> chunked.manifest();
            case Content.Inline _ -> throw new IllegalStateException("bug: inlined pieces");
          };
      case Combine.Files _ -> throw new IllegalStateException("bug: parts of files");
    };
  }

  private static Found found(Admitted job, Kin earlier, TakenOver taken) {
    Optional<WrappedKey> key =
        switch (job.call().combine()) {
          case Combine.Aggregate _ -> Optional.empty();
          case Combine.ConcatenateInOrder _, Combine.Stages _, Combine.Files _ ->
              Optional.of(earlier.answer().stored().key());
        };
    return new Found(
        earlier.job().id(),
        key,
        new TakeOver(ObjectRef.of(earlier.answer()), taken.results()),
        taken.rest());
  }
}

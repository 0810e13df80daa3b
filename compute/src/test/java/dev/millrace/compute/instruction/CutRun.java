package dev.millrace.compute.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.compute.MemoryContentStore;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Combine.InputFile;
import dev.millrace.compute.program.Instructions;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Stage;
import dev.millrace.compute.program.StagePlan;
import dev.millrace.compute.worker.LocalWorker;
import dev.millrace.compute.worker.TaskOrder;
import dev.millrace.compute.worker.TaskOrder.Try;
import dev.millrace.compute.worker.Work;
import dev.millrace.compute.worker.Worker;
import dev.millrace.model.BucketName;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.JobId;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Priority;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskFile;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.wire.task.FileTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Runs an instruction over inputs that are cut at given places, without a planner or balancer.
public final class CutRun implements AutoCloseable {
  private static final WrappedKey KEY = new WrappedKey(1, Bytes.EMPTY);

  private final MemoryContentStore store = new MemoryContentStore();
  private final Worker worker =
      new LocalWorker(store, new NodeId(new Id128(0, 1)), 2, Clock.system());

  /// The answer.
  ///
  /// @param cuts places in the concatenated inputs, in order, all inside
  public byte[] answer(
      List<String> command, List<String> labels, List<byte[]> inputs, List<Long> cuts)
      throws IOException {
    Call call =
        Instructions.load().find(command.getFirst()).parse(command.subList(1, command.size()));
    return answer(call, labels, inputs, cuts);
  }

  public byte[] answer(Call call, List<String> labels, List<byte[]> inputs, List<Long> cuts)
      throws IOException {
    List<TaskResult> results = pieces(call, labels, inputs, cuts);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    switch (call.combine()) {
      case Combine.ConcatenateInOrder _ -> concatenate(results, answer);
      case Combine.Stages stages -> concatenate(stages(stages.plan(), results), answer);
      case Combine.Aggregate aggregate -> {
        List<InputFile> files = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
          files.add(new InputFile(labels.get(i), inputs.get(i).length));
        }
        aggregate.reduction().reduce(files, results, answer);
      }
      case Combine.Files _ -> throw new IllegalStateException("its answer is files");
    }
    return answer.toByteArray();
  }

  /// The files of the answer by name, in the order in which they were written. Their MD5s are
  /// checked.
  public Map<String, byte[]> files(
      Call call, List<String> labels, List<byte[]> inputs, List<Long> cuts) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (TaskResult result : pieces(call, labels, inputs, cuts)) {
      List<Extent> extents = result.output().extents();
      for (TaskFile file : FileTable.read(result.state())) {
        byte[] bytes = store.bytes(sealed(new Manifest(extents.subList(0, file.extents()))));
        extents = extents.subList(file.extents(), extents.size());
        assertThat(bytes).hasSize((int) file.sizeBytes());
        assertThat(file.md5()).isEqualTo(MemoryContentStore.md5(bytes));
        assertThat(files.put(file.name(), bytes)).as(file.name()).isNull();
      }
      assertThat(extents).isEmpty();
    }
    return files;
  }

  private List<TaskResult> pieces(
      Call call, List<String> labels, List<byte[]> inputs, List<Long> cuts) {
    InputLayout layout =
        new InputLayout(inputs.stream().map(input -> (long) input.length).toList(), labels);
    List<Stored> contents = inputs.stream().map(store::store).toList();
    List<CompletableFuture<TaskResult>> tasks = new ArrayList<>();
    long at = 0;
    for (int i = 0; i <= cuts.size(); i++) {
      long end = i < cuts.size() ? cuts.get(i) : layout.totalBytes();
      Piece piece = new Piece(i, at, end - at);
      tasks.add(start(call, layout, contents, piece, i == cuts.size()));
      at = end;
    }
    List<TaskResult> results = new ArrayList<>();
    for (CompletableFuture<TaskResult> task : tasks) {
      results.add(join(task));
    }
    return results;
  }

  private List<TaskResult> stages(StagePlan plan, List<TaskResult> pieces) {
    List<TaskResult> parts = pieces;
    Optional<Stage> next = Optional.of(plan.after(0, parts));
    for (int number = 1; next.isPresent(); number++) {
      Stage stage = next.get();
      Work work = new Work.OnStage(stage, parts, parts.stream().map(CutRun::sealed).toList());
      List<CompletableFuture<TaskResult>> tasks = new ArrayList<>();
      for (int task = 0; task < stage.tasks(); task++) {
        tasks.add(start(new TaskId(number, task), new Piece(task, 0, 0), work, 0, false));
      }
      parts = tasks.stream().map(CutRun::join).toList();
      next = stage.last() ? Optional.empty() : Optional.of(plan.after(number, parts));
    }
    return parts;
  }

  private void concatenate(List<TaskResult> results, ByteArrayOutputStream answer)
      throws IOException {
    for (TaskResult result : results) {
      answer.write(store.bytes(sealed(result)));
    }
  }

  private static Stored sealed(TaskResult result) {
    return sealed(result.output());
  }

  private static Stored sealed(Manifest manifest) {
    return new Stored(
        manifest.sizeBytes(), "", new Content.Chunked(manifest), KEY, Map.of(), Optional.empty());
  }

  /// Up to `most` random places to cut, sometimes next to each other.
  public static List<Long> randomCuts(SplittableRandom random, long totalBytes, int most) {
    TreeSet<Long> cuts = new TreeSet<>();
    if (totalBytes > 1) {
      for (int i = random.nextInt(most + 1); i > 0; i--) {
        long cut = 1 + random.nextLong(totalBytes - 1);
        cuts.add(cut);
        if (cut + 1 < totalBytes && random.nextInt(3) == 0) {
          cuts.add(cut + 1);
        }
      }
    }
    return List.copyOf(cuts);
  }

  /// The edges between inputs with bytes.
  public static List<Long> edges(List<byte[]> inputs) {
    TreeSet<Long> edges = new TreeSet<>();
    long at = 0;
    for (byte[] input : inputs) {
      edges.add(at);
      at += input.length;
    }
    edges.remove(0L);
    edges.remove(at);
    return List.copyOf(edges);
  }

  private CompletableFuture<TaskResult> start(
      Call call, InputLayout layout, List<Stored> contents, Piece piece, boolean last) {
    List<Segment> segments = layout.segments(piece);
    Work work = new Work.OnInput(call, segments, contents::get);
    return start(new TaskId(0, piece.task()), piece, work, contents.size(), last);
  }

  private CompletableFuture<TaskResult> start(
      TaskId id, Piece piece, Work work, int inputs, boolean last) {
    WriteOrder order =
        new WriteOrder(
            BucketName.RESULTS,
            new ObjectKey("answer"),
            new VersionId(new Id128(id.stage(), 2)),
            KEY,
            piece.task(),
            false,
            false);
    TaskOrder task =
        new TaskOrder(
            new JobId(new Id128(0, 2)),
            id,
            piece,
            Try.FIRST,
            work,
            inputs,
            order,
            last,
            Priority.NORMAL);
    CompletableFuture<TaskResult> end = new CompletableFuture<>();
    worker.start(
        task,
        new Worker.Listener() {
          @Override
          public void leftSlot() {}

          @Override
          public void logged(byte[] log) {}

          @Override
          public void finished(TaskResult result) {
            end.complete(result);
          }

          @Override
          public void failed(MillraceException failure, String log) {
            end.completeExceptionally(failure);
          }
        });
    return end;
  }

  private static TaskResult join(CompletableFuture<TaskResult> task) {
    try {
      return task.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof MillraceException failure) {
        throw failure;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}

package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Clock;
import dev.millrace.base.Id128;
import dev.millrace.base.IdSource;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.compute.MemoryContentStore;
import dev.millrace.compute.executable.PlainSandbox;
import dev.millrace.compute.executable.Programs;
import dev.millrace.compute.executable.ShippedFiles;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.Instructions;
import dev.millrace.compute.worker.LocalWorker;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.MemoryCatalog;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A balancer with two slots over a catalog and content in memory.
final class JobHouse implements AutoCloseable {
  static final BucketName BUCKET = new BucketName("files");
  static final ObjectKey OUT = new ObjectKey("out");
  static final int SLOTS = 2;

  final MemoryCatalog catalog = new MemoryCatalog(Clock.system());
  final MemoryContentStore store = new MemoryContentStore();
  final GatedCopy copy = new GatedCopy();
  private final IdSource ids = new IdSource(Clock.system(), new SecureRandom());
  private final Instructions instructions;
  private LocalWorker worker;
  private Balancer balancer;

  /// @param more instructions beside those of Millrace
  JobHouse(Instruction... more) {
    catalog.withBucket(BUCKET.value(), new StoragePolicy.Replicated(1));
    List<Instruction> all = new ArrayList<>(Instructions.load().all());
    all.add(copy);
    all.addAll(List.of(more));
    instructions = new Instructions(all);
    worker = newWorker();
    balancer = newBalancer();
  }

  private LocalWorker newWorker() {
    return new LocalWorker(store, new NodeId(new Id128(0, 1)), SLOTS, Clock.system());
  }

  private Balancer newBalancer() {
    ShippedFiles files = new ShippedFiles(catalog, store, Path.of("nowhere"));
    return new Balancer(
        catalog,
        store,
        worker,
        new Programs(instructions, new PlainSandbox(), files),
        ids,
        Clock.system(),
        new StoragePolicy.Replicated(1));
  }

  Balancer jobs() {
    return balancer;
  }

  /// Stops the node and starts it again, without going on with its jobs.
  void restart() {
    close();
    worker = newWorker();
    balancer = newBalancer();
  }

  ObjectRef put(String key, String content) {
    return put(key, content.getBytes(UTF_8));
  }

  ObjectRef put(String key, byte[] content) {
    StoredVersion version =
        catalog.execute(
            new CatalogCommand.CommitVersion(
                BUCKET,
                new ObjectKey(key),
                new VersionId(ids.timeOrdered()),
                store.store(content),
                new CatalogCommand.Precondition.None()));
    return ObjectRef.of(version);
  }

  static JobRequest request(String program, ObjectRef... inputs) {
    List<String> words = List.of(program.split(" "));
    return new JobRequest(
        new Program.Instruction(words.getFirst(), words.subList(1, words.size())),
        List.of(inputs),
        List.of(inputs).stream().map(ref -> ref.key().value()).toList(),
        Optional.of(BUCKET),
        Optional.of(OUT));
  }

  JobId submit(String program, ObjectRef... inputs) {
    return balancer.submit(request(program, inputs)).job().id();
  }

  /// Runs it also when its answer is recorded.
  JobId submitFresh(String program, ObjectRef... inputs) {
    JobRequest asked = request(program, inputs);
    JobRequest fresh =
        new JobRequest(
            asked.program(),
            asked.inputs(),
            asked.labels(),
            asked.outputBucket(),
            asked.outputKey(),
            JobRequest.Reuse.FRESH);
    return balancer.submit(fresh).job().id();
  }

  /// The job when it has ended; follows its revisions as a client does.
  JobProgress awaitEnd(JobId id) {
    JobProgress progress = balancer.progress(id);
    while (!progress.job().state().ended()) {
      progress = balancer.await(id, progress.revision(), Duration.ofMinutes(1));
    }
    return progress;
  }

  /// Follows the job until so many pieces are finished.
  JobProgress awaitPieces(JobId id, int count) {
    JobProgress progress = balancer.progress(id);
    while (progress.piecesDone() < count) {
      progress = balancer.await(id, progress.revision(), Duration.ofMinutes(1));
    }
    return progress;
  }

  byte[] output(JobId id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    balancer.output(id, out);
    return out.toByteArray();
  }

  Stored published(JobProgress progress) {
    ObjectRef ref =
        new ObjectRef(
            progress.job().spec().outputBucket(),
            progress.job().spec().outputKey(),
            progress.job().output());
    return ((StoredVersion) catalog.query(new CatalogQuery.GetVersion(ref))).stored();
  }

  @Override
  public void close() {
    balancer.close();
    worker.close();
  }
}

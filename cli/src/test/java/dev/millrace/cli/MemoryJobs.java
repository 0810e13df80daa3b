package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.local.FileDigest;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Provenance;
import dev.millrace.model.Sha256;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs a few small programs at once, when they are submitted. `wait` runs until it is cancelled;
/// `split`, and commands whose answer is files, make a file of each input.
final class MemoryJobs implements Jobs {
  private final MemoryFiles files;
  private final List<JobProgress> jobs = new ArrayList<>();
  private final Map<JobId, JobSpec> specs = new HashMap<>();
  private final Map<JobId, byte[]> answers = new HashMap<>();

  private final List<JobRequest> requests = new ArrayList<>();

  /// What was asked for last.
  synchronized JobRequest requested() {
    return requests.getLast();
  }

  /// Of programs from now on.
  String programDigest = "ab".repeat(32);

  /// Put in front of answers from now on.
  String changed = "";

  /// What the names of files begin with from now on.
  String fileNames = "";

  /// Whether what failed was kept and succeeds when it is tried again.
  boolean mended;

  /// Called when somebody waits for a job that runs.
  volatile Runnable whileWaiting = () -> {};

  MemoryJobs(MemoryFiles files) {
    this.files = files;
  }

  @Override
  public List<InstructionInfo> instructions() {
    return List.of(
        new InstructionInfo("count", "count [-l] [-w] [-c]", "Counts as wc"),
        new InstructionInfo("checksum", "checksum [md5|sha256]", "Digests"),
        new InstructionInfo("compress", "compress [--level 1..19] [--format zstd|gzip]", "Packs"),
        new InstructionInfo("split", "split [-l N]", "Cuts", true),
        new InstructionInfo("fail", "fail", "Fails"),
        new InstructionInfo("wait", "wait", "Waits"));
  }

  @Override
  public InstructionInfo instruction(String name) {
    return instructions().stream()
        .filter(info -> info.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            MemoryFiles.error(
                ErrorCode.NO_SUCH_PROGRAM, "program '" + name + "': none: choose another"));
  }

  @Override
  public synchronized JobProgress submit(JobRequest request) {
    requests.add(request);
    if (request.program() instanceof Program.Executable executable) {
      return submitFiles(request, executable.files());
    }
    Program.Instruction program = (Program.Instruction) request.program();
    if (program.name().equals("split")) {
      return submitFiles(request, true);
    }
    List<ObjectRef> inputs = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    int from = 0;
    for (PrefixInput prefix : request.prefixes()) {
      inputs.addAll(request.inputs().subList(from, prefix.before()));
      labels.addAll(request.labels().subList(from, prefix.before()));
      from = prefix.before();
      ListRequest all = ListRequest.all(prefix.bucket(), prefix.prefix());
      for (Listed listed : files.list(all).entries()) {
        inputs.add(new ObjectRef(prefix.bucket(), listed.key(), Optional.of(listed.version())));
        labels.add(prefix.labelHead() + listed.key());
      }
    }
    inputs.addAll(request.inputs().subList(from, request.inputs().size()));
    labels.addAll(request.labels().subList(from, request.inputs().size()));
    inputs.replaceAll(ref -> ObjectRef.of(files.stat(ref)));
    long total = inputs.stream().mapToLong(ref -> files.stat(ref).sizeBytes()).sum();
    JobId id = new JobId(new Id128(1, jobs.size() + 1L));
    BucketName bucket = request.outputBucket().orElse(BucketName.RESULTS);
    ObjectKey key = request.outputKey().orElse(new ObjectKey(id.toString()));
    files.bucket(bucket);
    JobSpec spec = new JobSpec(program, inputs, labels, bucket, key, request.options());
    JobState state =
        switch (program.name()) {
          case "wait" -> JobState.RUNNING;
          case "fail" -> JobState.FAILED;
          default -> JobState.SUCCEEDED;
        };
    Optional<VersionId> output = Optional.empty();
    if (state == JobState.SUCCEEDED) {
      byte[] answer = answer(program, inputs, labels);
      answers.put(id, answer);
      output = Optional.of(files.commit(bucket, key, answer, Optional.of(id)).id());
    }
    Optional<String> failure =
        state == JobState.FAILED
            ? Optional.of("job " + id + ": piece 0 failed: look at the input")
            : Optional.empty();
    JobProgress made = progress(spec, id, state, output, failure, total);
    jobs.addFirst(made);
    return made;
  }

  private JobProgress submitFiles(JobRequest request, boolean files) {
    if (!files) {
      throw MemoryFiles.error(ErrorCode.NO_SUCH_PROGRAM, "command: none here: a test");
    }
    JobId id = new JobId(new Id128(1, jobs.size() + 1L));
    BucketName bucket = request.outputBucket().orElse(BucketName.RESULTS);
    String typed = request.outputKey().map(ObjectKey::value).orElse(id.toString());
    ObjectKey prefix =
        new ObjectKey(typed.endsWith("/") ? typed.substring(0, typed.length() - 1) : typed);
    this.files.bucket(bucket);
    long size = 0;
    for (int i = 0; i < request.inputs().size(); i++) {
      byte[] content =
          (changed + new String(this.files.content(request.inputs().get(i)), UTF_8))
              .getBytes(UTF_8);
      this.files.commit(
          bucket, new ObjectKey(prefix + "/" + fileNames + i), content, Optional.of(id));
      size += content.length;
    }
    JobSpec spec =
        new JobSpec(request.program(), request.inputs(), request.labels(), bucket, prefix);
    specs.put(id, spec);
    Job job =
        new Job(
            id,
            spec,
            JobState.SUCCEEDED,
            MemoryFiles.CREATED_MILLIS,
            MemoryFiles.CREATED_MILLIS + 1500,
            new WrappedKey(1, Bytes.EMPTY),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(new JobFiles(request.inputs().size(), size)));
    JobProgress made =
        new JobProgress(
            job, 1, 0, size, size, 1, 0, 1, 0, Optional.empty(), Optional.empty(), size);
    jobs.addFirst(made);
    return made;
  }

  private JobProgress progress(
      JobSpec spec,
      JobId id,
      JobState state,
      Optional<VersionId> output,
      Optional<String> failure,
      long total) {
    long ended = state.ended() ? MemoryFiles.CREATED_MILLIS + 1500 : 0;
    specs.put(id, spec);
    Job job =
        new Job(
            id,
            spec,
            state,
            MemoryFiles.CREATED_MILLIS,
            ended,
            new WrappedKey(1, Bytes.EMPTY),
            output,
            failure,
            List.of(),
            Optional.of(
                new Provenance(
                    Sha256.parse(programDigest),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(new NodeId(new Id128(3, 1))))),
            Optional.empty());
    return new JobProgress(
        job,
        1,
        0,
        state == JobState.SUCCEEDED ? total : 0,
        total,
        1,
        0,
        1,
        0,
        Optional.empty(),
        Optional.empty(),
        0);
  }

  private byte[] answer(Program.Instruction program, List<ObjectRef> inputs, List<String> labels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(changed.getBytes(UTF_8));
    for (int i = 0; i < inputs.size(); i++) {
      byte[] content = files.content(inputs.get(i));
      String line =
          switch (program.name()) {
            case "count" ->
                String.join(" ", program.arguments())
                    + " "
                    + new String(content, UTF_8).lines().count()
                    + " "
                    + labels.get(i)
                    + "\n";
            case "checksum" ->
                Text.hex(FileDigest.digest("MD5").digest(content)) + "  " + labels.get(i) + "\n";
            default -> String.join(" ", program.arguments()) + ":" + new String(content, UTF_8);
          };
      out.writeBytes(line.getBytes(UTF_8));
    }
    return out.toByteArray();
  }

  @Override
  public synchronized JobProgress progress(JobId id) {
    return jobs.stream()
        .filter(job -> job.job().id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            MemoryFiles.error(ErrorCode.NO_SUCH_JOB, "job " + id + ": there is none: see jobs"));
  }

  @Override
  public synchronized JobProgress await(JobId id, long revision, Duration atMost) {
    if (!progress(id).job().state().ended()) {
      whileWaiting.run();
    }
    long deadlineNanos = Clock.system().nanoTime() + atMost.toNanos();
    try {
      long leftMillis = atMost.toMillis();
      while (!progress(id).job().state().ended() && leftMillis > 0) {
        wait(leftMillis);
        leftMillis = (deadlineNanos - Clock.system().nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return progress(id);
  }

  @Override
  public void output(JobId id, OutputStream sink) {
    if (!progress(id).job().state().ended()) {
      whileWaiting.run();
    }
    JobProgress ended = progress(id);
    while (!ended.job().state().ended()) {
      ended = await(id, ended.revision(), Duration.ofSeconds(10));
    }
    if (ended.job().state() != JobState.SUCCEEDED) {
      throw JobText.failure(ended.job());
    }
    try {
      sink.write(answers.getOrDefault(id, new byte[0]));
    } catch (IOException e) {
      throw new MillraceException(ErrorCode.IO_ERROR, "output: it failed: try again", e);
    }
  }

  private JobSpec spec(JobId id) {
    return Optional.ofNullable(specs.get(id)).orElseThrow();
  }

  /// A job that is there no longer.
  synchronized void forget(JobId id) {
    jobs.removeIf(job -> job.job().id().equals(id));
  }

  @Override
  public synchronized Explanation explain(JobId id, int mostInputs) {
    Job job = progress(id).job();
    JobSpec spec = spec(id);
    List<Explanation.Input> inputs = new ArrayList<>();
    for (int i = 0; i < Math.min(mostInputs, spec.inputs().size()); i++) {
      ObjectRef ref = spec.inputs().get(i);
      Optional<Long> size;
      try {
        size = Optional.of(files.stat(ref).sizeBytes());
      } catch (MillraceException e) {
        size = Optional.empty();
      }
      inputs.add(new Explanation.Input(ref, spec.labels().get(i), size));
    }
    return new Explanation(
        job,
        job,
        spec.inputs().size(),
        inputs,
        List.of(new Explanation.Ancestor(new JobId(new Id128(0, 99)), true)));
  }

  @Override
  public JobProgress again(JobId id) {
    JobSpec spec = spec(id);
    return submit(
        new JobRequest(
            spec.program(),
            spec.inputs(),
            spec.labels(),
            Optional.empty(),
            Optional.empty(),
            JobRequest.Reuse.APART));
  }

  @Override
  public synchronized List<JobProgress> list() {
    return List.copyOf(jobs);
  }

  @Override
  public synchronized JobProgress retryFailed(JobId id) {
    Job job = progress(id).job();
    if (!mended) {
      throw MemoryFiles.error(
          ErrorCode.PRECONDITION_FAILED, "job " + id + ": nothing of it was kept: run it again");
    }
    JobProgress succeeded =
        progress(job.spec(), id, JobState.SUCCEEDED, Optional.empty(), Optional.empty(), 1);
    jobs.replaceAll(each -> each.job().id().equals(id) ? succeeded : each);
    return succeeded;
  }

  @Override
  public synchronized JobProgress cancel(JobId id) {
    JobProgress now = progress(id);
    if (now.job().state().ended()) {
      return now;
    }
    JobProgress cancelled =
        progress(
            now.job().spec(),
            id,
            JobState.CANCELLED,
            Optional.empty(),
            Optional.of("job " + id + ": it was cancelled: run it again"),
            now.inputBytesTotal());
    jobs.replaceAll(job -> job.job().id().equals(id) ? cancelled : job);
    notifyAll();
    return cancelled;
  }
}

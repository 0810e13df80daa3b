package dev.millrace.compute.balancer;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore;
import dev.millrace.compute.balancer.JobAdmission.Admitted;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.plan.LearnedCosts;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.plan.PieceCutter;
import dev.millrace.compute.plan.PieceSizes;
import dev.millrace.compute.worker.TaskOrder;
import dev.millrace.compute.worker.Worker;
import dev.millrace.model.FailureKind;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.Program;
import dev.millrace.model.TaskFailure;
import dev.millrace.model.TaskResult;
import dev.millrace.net.Catalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The jobs that run here: adds the lock and the threads to [JobRun]. One virtual thread for each
/// job does what it needs in the catalog ([JobDriver]); tasks run at the worker.
final class LiveJobs implements AutoCloseable {
  /// Jobs that may be under way at once.
  static final int LIVE_JOBS = 10_000;

  /// Inputs that jobs under way may have in all before no further one is taken: each has its name
  /// and its label on the heap.
  static final int LIVE_INPUTS = 300_000;

  /// Ended jobs whose last progress is remembered.
  private static final int ENDED_JOBS = 1000;

  private static final long CANCEL_WAIT_NANOS = 10_000_000_000L;
  private static final int REVISIONS_PER_MILLI_SHIFT = 10;

  private final Catalog catalog;
  private final ContentStore store;
  private final Worker worker;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedMap<JobId, LiveJob> jobs = new LinkedHashMap<>();
  private final List<Thread> drivers = new ArrayList<>();
  private final AttemptLogs logs;
  private final LearnedCosts costs = new LearnedCosts();
  private final Map<JobId, JobProgress> ended =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, JobProgress> eldest) {
          return size() > ENDED_JOBS;
        }
      };
  private int takenPlaces;
  private boolean closed;

  LiveJobs(Catalog catalog, ContentStore store, Worker worker, AttemptLogs logs, Clock clock) {
    this.logs = logs;
    this.catalog = catalog;
    this.store = store;
    this.worker = worker;
    this.clock = clock;
  }

  /// Refuses a job that there is no room for.
  ///
  /// @throws MillraceException BUSY, or UNAVAILABLE when the node stops
  void checkRoom() {
    locked(() -> {
      if (closed) {
        throw new MillraceException(
            ErrorCode.UNAVAILABLE, "job: the node is stopping: submit it again later");
      }
      int inputs = jobs.values().stream().mapToInt(live -> live.layout.inputs()).sum();
      if (jobs.size() >= LIVE_JOBS || inputs >= LIVE_INPUTS) {
        throw new MillraceException(
            ErrorCode.BUSY,
            "job: "
                + jobs.size()
                + " jobs with "
                + inputs
                + " inputs are under way: submit it again later");
      }
      return true;
    });
  }

  /// Begins to run a job that the catalog has.
  ///
  /// @param done its recorded tasks
  JobProgress begin(Job job, Admitted admitted, List<TaskResult> done) {
    List<Piece> finished =
        done.stream()
            .filter(task -> task.stage() == 0)
            .map(task -> new Piece(task.task(), task.inputOffset(), task.inputBytes()))
            .toList();
    return begin(job, admitted, done, cutter(admitted, admitted.layout()).rest(finished));
  }

  /// How inputs are cut for a job.
  ///
  /// @param layout of some of its inputs, as if they were all there are
  PieceCutter cutter(Admitted admitted, InputLayout layout) {
    PieceSizes sizes = locked(() -> sizes(admitted.spec().program()));
    return new PieceCutter(layout, admitted.call().split(), worker.slots(), sizes);
  }

  /// Begins to run a job that the catalog has.
  ///
  /// @param done tasks that the catalog has for it
  /// @param rest the other pieces
  JobProgress begin(Job job, Admitted admitted, List<TaskResult> done, List<Piece> rest) {
    return locked(() -> {
      List<TaskResult> pieces = done.stream().filter(task -> task.stage() == 0).toList();
      List<TaskResult> later = done.stream().filter(task -> task.stage() > 0).toList();
      // Above any revision of an earlier run of the same job.
      long revision = clock.currentMillis() << REVISIONS_PER_MILLI_SHIFT;
      JobRun run = new JobRun(job, admitted.call().combine(), rest, pieces, revision);
      PieceSizes sizes = sizes(job.spec().program());
      LiveJob live =
          new LiveJob(run, admitted, clock.nanoTime(), lock.newCondition(), sizes, later);
      costs.pace(job.spec().program().displayName()).ifPresent(run::expect);
      jobs.put(job.id(), live);
      JobDriver driver = new JobDriver(this, live, catalog, new Publisher(store));
      drivers.add(Thread.ofVirtual().name("job-" + job.id()).start(() -> drive(driver)));
      dispatch();
      return view(live);
    });
  }

  /// An ended thread would keep its job, with all its inputs, for as long as it is known.
  private void drive(JobDriver driver) {
    try {
      driver.run();
    } finally {
      var _ = locked(() -> drivers.remove(Thread.currentThread()));
    }
  }

  /// What an instruction's start costs is next to nothing, and noise: left alone, the bytes of
  /// answers that follow the cuts are the same each time.
  private PieceSizes sizes(Program program) {
    PieceSizes sizes = costs.sizes(program.displayName());
    return switch (program) {
      case Program.Instruction _ -> sizes.anyLeast();
      case Program.Executable _ -> sizes;
    };
  }

  /// Cuts the rest of a job again, when its finished pieces tell that others would do better.
  private void cutAgain(LiveJob live, JobRun run) {
    PieceSizes sizes = sizes(live.admitted.spec().program());
    if (!sizes.probe() && !sizes.isLike(live.sizes)) {
      live.sizes = sizes;
      PieceCutter cutter =
          new PieceCutter(live.layout, live.call.split(), worker.slots(), sizes.behindFirst());
      run.recut(from -> cutter.tail(from.offset(), from.task()));
    }
  }

  Optional<LiveJob> find(JobId id) {
    return locked(() -> Optional.ofNullable(jobs.get(id)));
  }

  Optional<JobProgress> progress(JobId id) {
    return locked(() -> known(id));
  }

  private Optional<JobProgress> known(JobId id) {
    LiveJob live = jobs.get(id);
    return live == null ? Optional.ofNullable(ended.get(id)) : Optional.of(view(live));
  }

  private JobProgress view(LiveJob live) {
    int share = Math.max(1, worker.slots() / Math.max(1, jobs.size()));
    return live.run.progress(clock.nanoTime(), share);
  }

  Optional<JobProgress> await(JobId id, long revision, Duration atMost) {
    return locked(() -> {
      LiveJob live = jobs.get(id);
      long left = atMost.toNanos();
      while (live != null && live.run.revision() <= revision && !live.run.ended() && left > 0) {
        left = awaitChange(live, left);
      }
      return known(id);
    });
  }

  /// Stops a job and waits until it has ended, or ten seconds while the catalog can't be reached.
  /// Absent when it doesn't run here and did not lately.
  Optional<JobProgress> cancel(JobId id) {
    return locked(() -> {
      LiveJob live = jobs.get(id);
      if (live != null) {
        live.run.cancel(clock.nanoTime());
        if (live.run.stopping()) {
          live.cancelAttempts();
        }
        live.changed.signalAll();
        long left = CANCEL_WAIT_NANOS;
        while (!live.run.ended() && !closed && left > 0) {
          left = awaitChange(live, left);
        }
      }
      return known(id);
    });
  }

  /// The job when it has ended.
  Job awaitEnd(LiveJob live) {
    return locked(() -> {
      while (!live.run.ended()) {
        requireOpen();
        awaitChange(live, Long.MAX_VALUE);
      }
      return live.run.job();
    });
  }

  /// A task's result when it is finished; absent when the job stops before.
  Optional<TaskResult> awaitResult(LiveJob live, int task) {
    return locked(() -> {
      while (live.run.stage().result(task).isEmpty() && !live.run.stopping() && !live.run.ended()) {
        requireOpen();
        awaitChange(live, Long.MAX_VALUE);
      }
      return live.run.stage().result(task);
    });
  }

  /// Whether the job will have no answer.
  boolean stopped(LiveJob live) {
    return locked(
        () -> live.run.stopping() || (live.run.ended() && live.run.job().failure().isPresent()));
  }

  /// For the driver, now and then while it makes an answer.
  ///
  /// @throws MillraceException CANCELLED, or UNAVAILABLE when the node stops
  void checkWanted(LiveJob live) {
    locked(() -> {
      requireOpen();
      if (live.run.cancelled()) {
        throw new MillraceException(ErrorCode.CANCELLED, JobViews.cancelled(live.run.job().id()));
      }
      return true;
    });
  }

  private void requireOpen() {
    if (closed) {
      throw new MillraceException(
          ErrorCode.UNAVAILABLE, "job: the node is stopping: ask again when it runs");
    }
  }

  @SuppressWarnings("WaitNotInLoop") // each caller is a loop over its own condition
  private long awaitChange(LiveJob live, long nanos) {
    try {
      return live.changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED,
          "job " + live.run.job().id() + ": waiting was interrupted: ask again",
          e);
    }
  }

  /// For the driver: what to do next, after waiting for it; absent when the node stops.
  Optional<Duty> nextDuty(LiveJob live, long tickNanos) {
    return locked(() -> {
      while (!closed) {
        long now = clock.nanoTime();
        live.run.tick(now);
        dispatch();
        live.changed.signalAll();
        Duty duty = live.run.duty(now);
        if (!(duty instanceof Duty.Await)) {
          return Optional.of(duty);
        }
        awaitChange(live, tickNanos);
      }
      return Optional.empty();
    });
  }

  /// For the driver: what is finished and not recorded, at most one batch.
  List<TaskResult> unrecorded(LiveJob live) {
    return locked(() -> live.run.ended() ? List.of() : live.run.batch());
  }

  /// For the driver: changes the job's state.
  void change(LiveJob live, StateChange change) {
    locked(() -> {
      change.apply(live.run, clock.nanoTime());
      if (live.run.stopping()) {
        live.cancelAttempts();
      }
      if (live.run.ended() && jobs.remove(live.run.job().id()) != null) {
        ended.put(live.run.job().id(), JobViews.ended(view(live)));
      }
      dispatch();
      live.changed.signalAll();
      return true;
    });
  }

  /// A step of [JobRun].
  interface StateChange {
    void apply(JobRun run, long nowNanos);
  }

  private void dispatch() {
    long now = clock.nanoTime();
    while (!closed) {
      FairShare.Load load = new FairShare.Load(takenPlaces, worker.slots(), worker.places());
      Optional<LiveJob> next = FairShare.next(jobs.sequencedValues(), load, now);
      if (next.isEmpty()) {
        return;
      }
      LiveJob live = next.get();
      JobRun run = live.run;
      Piece piece = run.next(now).orElseThrow();
      TaskOrder order = live.order(piece);
      Worker.Attempt attempt = worker.start(order, new TaskEnd(live, order));
      takenPlaces++;
      live.attempts.put(order.id(), attempt);
      run.started(piece.task(), attempt::bytesRead, now);
    }
  }

  private final class TaskEnd implements Worker.Listener {
    private final LiveJob live;
    private final TaskOrder order;
    private boolean inPlace = true;

    TaskEnd(LiveJob live, TaskOrder order) {
      this.live = live;
      this.order = order;
    }

    @Override
    public void leftSlot() {
      locked(() -> {
        leave();
        dispatch();
        return true;
      });
    }

    private void leave() {
      if (inPlace) {
        inPlace = false;
        takenPlaces--;
      }
    }

    @Override
    public void logged(byte[] log) {
      logs.keep(order, log);
    }

    @Override
    public void finished(TaskResult result) {
      free();
      String program = live.run.job().spec().program().displayName();
      change(
          live,
          (run, now) -> {
            if (result.stage() == 0) {
              costs.learn(program, result.inputBytes(), result.elapsedMillis() * 1_000_000);
            }
            run.finished(result, now);
            cutAgain(live, run);
          });
    }

    @Override
    public void failed(MillraceException why, String log) {
      free();
      TaskFailure how =
          new TaskFailure(
              order.id(),
              order.attempt().number(),
              worker.node(),
              order.piece().offset(),
              order.piece().lengthBytes(),
              FailureKind.of(why.code()),
              String.valueOf(why.getMessage()),
              log);
      change(
          live,
          (run, now) -> {
            if (!closed) { // a task that stops with the node runs again after its restart
              run.failed(order.piece(), why, how, now);
            }
          });
    }

    private void free() {
      locked(() -> {
        leave();
        return live.attempts.remove(order.id());
      });
    }
  }

  /// Stops all; jobs stay as they are in the catalog.
  @Override
  public void close() {
    List<Thread> all =
        locked(() -> {
          closed = true;
          for (LiveJob live : jobs.values()) {
            live.cancelAttempts();
            live.changed.signalAll();
          }
          return List.copyOf(drivers);
        });
    try {
      for (Thread driver : all) {
        driver.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private <T extends @Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}

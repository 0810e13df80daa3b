package dev.millrace.compute.worker;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore;
import dev.millrace.compute.slice.CpuTime;
import dev.millrace.compute.slice.SliceGate;
import dev.millrace.model.NodeId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A worker in this process: a platform thread for each task, since the work is the CPU's, of which
/// as many run as there are slots ([SliceGate]). What a task wrote becomes durable while its slot
/// computes another one.
public final class LocalWorker implements Worker {
  /// Tasks that compute, or wait in the middle of it, for each slot. Each has the memory of what it
  /// reads and writes.
  static final int PLACES_PER_SLOT = 3;

  /// Tasks that wait for disks, beside those. Each holds memory of its output.
  static final int ENDING_PER_SLOT = 1;

  private static final long IDLE_THREAD_SECONDS = 30;

  private final int slots;
  private final ToolShed tools;
  private final LocalAttempt.Parts parts;
  private final ThreadPoolExecutor threads;
  private final Set<LocalAttempt> underWay = ConcurrentHashMap.newKeySet();

  /// @param node named in task results
  /// @param slots usually the number of cores
  public LocalWorker(ContentStore store, NodeId node, int slots, Clock clock) {
    this.slots = slots;
    this.tools = new ToolShed(slots);
    this.parts =
        new LocalAttempt.Parts(
            store,
            node,
            clock,
            new SliceGate(slots, clock, CpuTime.ofSystem()),
            tools,
            new Semaphore(slots * ENDING_PER_SLOT));
    int most = slots * (PLACES_PER_SLOT + ENDING_PER_SLOT);
    this.threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_THREAD_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by the balancer, which starts no more than
            // places
            Thread.ofPlatform().daemon().name("worker-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int places() {
    return slots * PLACES_PER_SLOT;
  }

  /// How many tasks wait for a slot now.
  int waiting() {
    return parts.gate().waiting();
  }

  @Override
  public NodeId node() {
    return parts.node();
  }

  @Override
  public Attempt start(TaskOrder order, Listener listener) {
    LocalAttempt attempt = new LocalAttempt(order, listener, parts);
    underWay.add(attempt);
    try {
      threads.execute(() -> attempt.run(() -> underWay.remove(attempt)));
    } catch (RejectedExecutionException e) {
      underWay.remove(attempt);
      throw new MillraceException(
          ErrorCode.UNAVAILABLE,
          "task " + order.piece().task() + ": the worker is stopping: submit the job again later",
          e);
    }
    return attempt;
  }

  @Override
  public void close() {
    threads.shutdown();
    underWay.forEach(LocalAttempt::cancel);
    boolean interrupted = false;
    while (!threads.isTerminated()) {
      try {
        threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException _) {
        interrupted = true; // kept for the caller: tasks still have to end before their files do
      }
    }
    tools.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

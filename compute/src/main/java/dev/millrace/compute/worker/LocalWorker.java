package dev.millrace.compute.worker;

import dev.millrace.base.Clock;
import dev.millrace.client.ContentStore;
import dev.millrace.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/// A worker in this process: one platform thread for each slot, since the work is the CPU's. What a
/// task wrote becomes durable while its slot computes the next one.
public final class LocalWorker implements Worker {
  /// Tasks that wait for disks, beside each that computes. Each holds memory of its output.
  private static final int ENDING_PER_SLOT = 1;

  private final ContentStore store;
  private final NodeId node;
  private final Clock clock;
  private final BlockingQueue<Optional<LocalAttempt>> orders = new LinkedBlockingQueue<>();
  private final Set<LocalAttempt> underWay = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private final int mostEnding;
  private final Semaphore ending;

  /// @param node named in task results
  /// @param slots usually the number of cores
  public LocalWorker(ContentStore store, NodeId node, int slots, Clock clock) {
    this.store = store;
    this.node = node;
    this.clock = clock;
    this.mostEnding = slots * ENDING_PER_SLOT;
    this.ending = new Semaphore(mostEnding);
    for (int i = 0; i < slots; i++) {
      threads.add(Thread.ofPlatform().daemon().name("worker-slot-" + i).start(this::runSlot));
    }
  }

  @Override
  public int slots() {
    return threads.size();
  }

  @Override
  public NodeId node() {
    return node;
  }

  @Override
  public Attempt start(TaskOrder order, Listener listener) {
    LocalAttempt attempt = new LocalAttempt(order, listener);
    underWay.add(attempt);
    orders.add(Optional.of(attempt));
    return attempt;
  }

  private void runSlot() {
    try (Slot slot = new Slot()) {
      while (true) {
        Optional<LocalAttempt> next = orders.take();
        if (next.isEmpty()) {
          return;
        }
        LocalAttempt attempt = next.get();
        attempt.run(
            store,
            node,
            clock,
            slot,
            end -> endLater(attempt, end),
            () -> underWay.remove(attempt));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("bug: nobody interrupts a slot", e);
    }
  }

  private void endLater(LocalAttempt attempt, Runnable end) {
    ending.acquireUninterruptibly();
    Thread.ofVirtual()
        .name("millrace-task-end")
        .start(() -> {
          try {
            end.run();
          } finally {
            ending.release();
          }
        });
    attempt.leftSlot();
  }

  @Override
  public void close() {
    underWay.forEach(LocalAttempt::cancel);
    threads.forEach(_ -> orders.add(Optional.empty()));
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException _) {
          interrupted = true; // kept for the caller: slots still have to end before their files do
        }
      }
    }
    ending.acquireUninterruptibly(mostEnding);
    ending.release(mostEnding); // for whoever closes again
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

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

/// A worker in this process: one platform thread for each slot, since the work is the CPU's.
public final class LocalWorker implements Worker {
  private final ContentStore store;
  private final NodeId node;
  private final Clock clock;
  private final BlockingQueue<Optional<LocalAttempt>> orders = new LinkedBlockingQueue<>();
  private final Set<LocalAttempt> underWay = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();

  /// @param node named in task results
  /// @param slots usually the number of cores
  public LocalWorker(ContentStore store, NodeId node, int slots, Clock clock) {
    this.store = store;
    this.node = node;
    this.clock = clock;
    for (int i = 0; i < slots; i++) {
      threads.add(Thread.ofPlatform().daemon().name("worker-slot-" + i).start(this::runSlot));
    }
  }

  @Override
  public int slots() {
    return threads.size();
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
        attempt.run(store, node, clock, slot, () -> underWay.remove(attempt));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("bug: nobody interrupts a slot", e);
    }
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
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

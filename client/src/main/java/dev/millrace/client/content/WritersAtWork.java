package dev.millrace.client.content;

import dev.millrace.base.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

/// When each writer that has not ended began. The sweep of chunks that no version names asks: a
/// writer may take longer than any age of a chunk. Thread-safe.
final class WritersAtWork {
  /// One writer; compared by identity.
  static final class Ticket {
    private final long beganNanos;

    private Ticket(long beganNanos) {
      this.beganNanos = beganNanos;
    }
  }

  private final Clock clock;
  private final Set<Ticket> tickets = Collections.newSetFromMap(new IdentityHashMap<>());

  WritersAtWork(Clock clock) {
    this.clock = clock;
  }

  synchronized Ticket begin() {
    Ticket ticket = new Ticket(clock.nanoTime());
    tickets.add(ticket);
    return ticket;
  }

  /// Ends a writer; once more does nothing.
  synchronized void end(Ticket ticket) {
    tickets.remove(ticket);
  }

  /// How long the oldest one is at work.
  synchronized Optional<Duration> oldestAge() {
    long now = clock.nanoTime();
    return tickets.stream()
        .map(ticket -> now - ticket.beganNanos)
        .max(Comparator.naturalOrder())
        .map(Duration::ofNanos);
  }
}

package dev.millrace.client.content;

import dev.millrace.base.Clock;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.OptionalLong;
import java.util.Set;

/// When each writer that has not ended began. The sweep of chunks that no version names asks: a
/// writer may take longer than any age of a chunk. Thread-safe.
final class WritersAtWork {
  /// One writer; compared by identity.
  static final class Ticket {
    private final long beganMillis;

    private Ticket(long beganMillis) {
      this.beganMillis = beganMillis;
    }
  }

  private final Clock clock;
  private final Set<Ticket> tickets = Collections.newSetFromMap(new IdentityHashMap<>());

  WritersAtWork(Clock clock) {
    this.clock = clock;
  }

  synchronized Ticket begin() {
    Ticket ticket = new Ticket(clock.currentMillis());
    tickets.add(ticket);
    return ticket;
  }

  /// Ends a writer; once more does nothing.
  synchronized void end(Ticket ticket) {
    tickets.remove(ticket);
  }

  synchronized OptionalLong oldestMillis() {
    return tickets.stream().mapToLong(ticket -> ticket.beganMillis).min();
  }
}

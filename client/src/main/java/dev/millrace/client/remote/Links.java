package dev.millrace.client.remote;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections to one node: idle ones are kept for a while and used again. Thread-safe.
final class Links implements AutoCloseable {
  private static final int KEPT = 16;

  /// Well below the node's idle timeout, so that it seldom closes a connection that is about to be
  /// used.
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(15);

  /// A request that must not be sent twice gets a connection that was in use just now, or a new
  /// one.
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Idle(Link link, long sinceNanos) {}

  private final String host;
  private final int port;
  private final Optional<Path> socket;
  private final ArrayDeque<Idle> idle = new ArrayDeque<>();
  private final Set<Link> lent = new HashSet<>();
  private boolean closed;

  /// @param socket tried first
  Links(String host, int port, Optional<Path> socket) {
    this.host = host;
    this.port = port;
    this.socket = socket;
  }

  /// A connection that was in use before, if a good one is at hand.
  synchronized @Nullable Link takeIdle(boolean repeatable) {
    checkOpen();
    Idle newest = idle.pollFirst();
    if (newest == null) {
      return null;
    }
    long age = Clock.system().nanoTime() - newest.sinceNanos;
    if (age > (repeatable ? KEPT_NANOS : FRESH_NANOS)) {
      newest.link.close();
      return null;
    }
    lent.add(newest.link);
    return newest.link;
  }

  Link connect() throws IOException {
    synchronized (this) {
      checkOpen();
    }
    Link link = reach();
    synchronized (this) {
      if (!closed) {
        lent.add(link);
        return link;
      }
    }
    link.close();
    throw closedFailure();
  }

  /// Whether a node may be reached by its socket on this machine.
  boolean maybeLocal() {
    return socket.isPresent() && Files.exists(socket.get());
  }

  private Link reach() throws IOException {
    if (socket.isPresent() && maybeLocal()) {
      try {
        return Link.connect(socket.get());
      } catch (IOException e) {
        // What a killed node left, or another user's: the address is tried, and its failure told.
      }
    }
    return Link.connect(host, port);
  }

  synchronized void giveBack(Link link) {
    lent.remove(link);
    if (closed) {
      link.close();
      return;
    }
    idle.addFirst(new Idle(link, Clock.system().nanoTime()));
    if (idle.size() > KEPT) {
      idle.removeLast().link.close();
    }
  }

  synchronized void discard(Link link) {
    lent.remove(link);
    link.close();
  }

  synchronized boolean closed() {
    return closed;
  }

  private void checkOpen() {
    if (closed) {
      throw closedFailure();
    }
  }

  private static MillraceException closedFailure() {
    return new MillraceException(ErrorCode.INTERRUPTED, "client: it was closed: open another one");
  }

  /// Ends all connections; calls that are under way fail.
  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(entry -> entry.link.close());
    idle.clear();
    lent.forEach(Link::close);
  }
}

package dev.millrace.http;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import java.time.Duration;

/// The bounds of one server.
///
/// @param headerBytes request line and header fields together; 431 beyond
/// @param connections open at a time; further ones wait in the backlog
/// @param concurrentRequests handled at a time; 503 and BUSY beyond
/// @param idle a connection on which nothing moves for this long is closed
/// @param bodyIdle the same while a handler reads a body, which it does for known callers only:
///   what is piped into a file may pause
/// @param bodyBytesPerSecond a body that arrives slower than this, counted only while the server
///   waits for it and after `bodyGrace`, is refused with 408
/// @param bodyGrace waiting for a body that is not yet held against its sender
/// @param stop requests that run when the server stops have this long to end
public record HttpLimits(
    int headerBytes,
    int connections,
    int concurrentRequests,
    Duration idle,
    Duration bodyIdle,
    long bodyBytesPerSecond,
    Duration bodyGrace,
    Duration stop) {

  public HttpLimits {
    Check.that(headerBytes >= 4 * ByteUnits.KIB, "header limit of %d bytes", headerBytes);
    Check.that(connections >= 1, "%d connections", connections);
    Check.that(concurrentRequests >= 1, "%d requests", concurrentRequests);
    Check.that(idle.isPositive(), "idle timeout %s", idle);
    Check.that(bodyIdle.isPositive(), "idle timeout of bodies %s", bodyIdle);
    Check.that(bodyBytesPerSecond >= 0, "%d bytes per second", bodyBytesPerSecond);
  }

  /// A key of 1,024 bytes, percent-encoded, and 2 KiB of metadata in base 64 fit a third of the
  /// header limit.
  public static HttpLimits standard() {
    return new HttpLimits(
        (int) (24 * ByteUnits.KIB),
        1024,
        256,
        Duration.ofSeconds(60),
        Duration.ofMinutes(10),
        1,
        Duration.ofMinutes(10),
        Duration.ofMillis(700));
  }
}

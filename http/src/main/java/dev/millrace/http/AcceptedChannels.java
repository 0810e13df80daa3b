package dev.millrace.http;

import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.IO;

/// The open connections of a connector. When that stops they are closed, those too that came too
/// late for Jetty's selector to know them: their clients would wait for an answer as long as the
/// process lives. Thread-safe.
final class AcceptedChannels {
  private final Set<Object> open = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  void accepted(SocketChannel channel) {
    open.add(channel);
    if (ended) {
      IO.close(channel);
    }
  }

  void closed(EndPoint endPoint) {
    open.remove(endPoint.getTransport());
  }

  /// Closes what is open, and from now on whatever is accepted.
  void end() {
    ended = true;
    for (Object channel : open) {
      IO.close((SocketChannel) channel);
    }
  }
}

package dev.millrace.http;

import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;

/// Accepts connections, and when it stops closes those too that came too late for Jetty's selector
/// to know them: their clients would wait for an answer as long as the process lives.
///
/// The acceptor's thread is never interrupted: closing the listening socket wakes it, and an
/// interrupt that comes just after the kernel gave it a connection makes the JDK lose that one
/// open.
final class Listener extends ServerConnector {
  private final Set<Object> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  Listener(Server server, HttpConnectionFactory factory) {
    super(server, 1, 1, factory);
  }

  @Override
  protected void configure(Socket socket) {
    super.configure(socket);
    open.add(socket.getChannel());
    if (stopped) {
      IO.close(socket.getChannel());
    }
  }

  @Override
  protected void interruptAcceptors() {}

  @Override
  protected void onEndPointClosed(EndPoint endPoint) {
    open.remove(endPoint.getTransport());
    super.onEndPointClosed(endPoint);
  }

  @Override
  protected void doStop() throws Exception {
    try {
      super.doStop();
    } finally {
      stopped = true;
      for (Object channel : open) {
        IO.close((SocketChannel) channel);
      }
    }
  }
}

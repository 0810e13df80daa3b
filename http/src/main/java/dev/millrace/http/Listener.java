package dev.millrace.http;

import java.net.Socket;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/// Accepts TCP connections, and leaves none open when it stops.
///
/// The acceptor's thread is never interrupted: closing the listening socket wakes it, and an
/// interrupt that comes just after the kernel gave it a connection makes the JDK lose that one
/// open.
final class Listener extends ServerConnector {
  private final AcceptedChannels channels = new AcceptedChannels();

  Listener(Server server, HttpConnectionFactory factory) {
    super(server, 1, 1, factory);
  }

  @Override
  protected void configure(Socket socket) {
    super.configure(socket);
    channels.accepted(socket.getChannel());
  }

  @Override
  protected void onEndPointClosed(EndPoint endPoint) {
    channels.closed(endPoint);
    super.onEndPointClosed(endPoint);
  }

  @Override
  protected void interruptAcceptors() {}

  @Override
  protected void doStop() throws Exception {
    try {
      super.doStop();
    } finally {
      channels.end();
    }
  }
}

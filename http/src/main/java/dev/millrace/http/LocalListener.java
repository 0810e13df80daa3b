package dev.millrace.http;

import dev.millrace.base.ByteUnits;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;

/// Accepts connections of processes of this machine and user at a Unix-domain socket: half the
/// processor time of TCP over loopback. Leaves none open when it stops, and no socket; as with
/// [Listener] nobody interrupts the acceptor's thread.
final class LocalListener extends UnixDomainServerConnector {
  /// A body's buffer fits whole, as far as the system allows: what does not, waits for the selector
  /// and three changes of thread, which took half of a download's time.
  private static final int SEND_BUFFER_BYTES = (int) ByteUnits.MIB;

  private final AcceptedChannels channels = new AcceptedChannels();
  private final Path path;

  /// @param path replaced when it is there: nobody else may use it
  LocalListener(Server server, Path path, HttpConnectionFactory factory) {
    super(server, 1, 1, factory);
    this.path = path;
    setUnixDomainPath(path);
    setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
  }

  /// Whether a path is short enough for the address of a socket.
  static boolean fits(Path path) {
    return path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length
        < MAX_UNIX_DOMAIN_PATH_LENGTH;
  }

  @Override
  protected void doStart() throws Exception {
    Files.deleteIfExists(path);
    super.doStart();
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  @Override
  protected void configure(SocketChannel channel) throws IOException {
    super.configure(channel);
    channels.accepted(channel);
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
      Files.deleteIfExists(path);
    }
  }
}

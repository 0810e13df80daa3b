package dev.millrace.http;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running HTTP/1.1 server.
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  /// What one read from a socket takes at most. Bulk bodies need few system calls; a connection
  /// that has nothing to say holds no buffer.
  private static final int INPUT_BUFFER_BYTES = (int) (256 * ByteUnits.KIB);

  private static final int POOLED_BUFFER_BYTES = (int) (256 * ByteUnits.KIB);
  private static final int POOL_STEP_BYTES = (int) (4 * ByteUnits.KIB);
  private static final long POOL_MEMORY_BYTES = 16 * ByteUnits.MIB;
  private static final int BUCKET_ENTRIES = 64;
  private static final int BACKLOG = 256;

  private final Server server;
  private final Listener connector;
  private final RequestRunner runner;
  private final String bind;

  private HttpServer(Server server, Listener connector, RequestRunner runner, String bind) {
    this.server = server;
    this.connector = connector;
    this.runner = runner;
    this.bind = bind;
  }

  /// Binds and begins to answer.
  ///
  /// @throws MillraceException UNAVAILABLE when the address cannot be bound
  public static HttpServer start(
      HttpConfig config, HttpHandler handler, ErrorBody errors, RequestObserver observer) {
    HttpLimits limits = config.limits();
    VirtualThreadPool threads = new VirtualThreadPool(0);
    threads.setName("http");
    ByteBufferPool buffers =
        new ArrayByteBufferPool(
            0,
            POOL_STEP_BYTES,
            POOLED_BUFFER_BYTES,
            BUCKET_ENTRIES,
            POOL_MEMORY_BYTES,
            POOL_MEMORY_BYTES);
    Server server =
        new Server(threads, new ScheduledExecutorScheduler("http-timer", true), buffers);
    server.setStopTimeout(0);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(limits.headerBytes());
    http.setInputBufferSize(INPUT_BUFFER_BYTES);
    http.setUriCompliance(config.rawPaths() ? UriCompliance.UNSAFE : UriCompliance.DEFAULT);
    HttpConnectionFactory factory = new HttpConnectionFactory(http);
    factory.setInputBufferSize(INPUT_BUFFER_BYTES);
    Listener connector = new Listener(server, factory);
    connector.setHost(config.bind());
    connector.setPort(config.port());
    connector.setAcceptQueueSize(BACKLOG);
    connector.setIdleTimeout(limits.idle().toMillis());
    connector.setShutdownIdleTimeout(0);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    config
        .localSocket()
        .flatMap(path -> localListener(server, path, factory))
        .ifPresent(local -> {
          local.setIdleTimeout(limits.idle().toMillis());
          local.setShutdownIdleTimeout(0);
          server.addConnector(local);
          server.addBean(new NetworkConnectionLimit(limits.connections(), local));
        });
    RequestRunner runner = new RequestRunner(handler, errors, limits, observer);
    server.setHandler(runner);
    server.setErrorHandler((request, response, callback) -> {
      Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
      return runner.refuse(
          response,
          callback,
          response.getStatus(),
          message == null ? "refused" : message.toString());
    });
    HttpServer running = new HttpServer(server, connector, runner, config.bind());
    running.start(config);
    return running;
  }

  private static Optional<LocalListener> localListener(
      Server server, Path path, HttpConnectionFactory factory) {
    if (!LocalListener.fits(path)) {
      LOG.warn(
          "http-local-socket-left-out path={} why=\"too long for the address of a socket: commands"
              + " on this machine use TCP\"",
          path);
      return Optional.empty();
    }
    return Optional.of(new LocalListener(server, path, factory));
  }

  private void start(HttpConfig config) {
    try {
      server.start();
    } catch (Exception e) {
      stop();
      Throwable cause = e;
      while (cause.getCause() != null && !(cause instanceof BindException)) {
        cause = cause.getCause();
      }
      throw new MillraceException(
          ErrorCode.UNAVAILABLE,
          "address "
              + config.bind()
              + ":"
              + config.port()
              + ": cannot be bound: "
              + cause.getMessage()
              + ": choose another port, or end what uses it",
          e);
    }
    LOG.info("http-started bind={} port={}", bind, port());
  }

  /// The port that is bound.
  public int port() {
    return connector.getLocalPort();
  }

  /// Takes no more connections, gives running requests a moment, then ends all. Returns within two
  /// seconds.
  @Override
  public void close() {
    int port = port();
    for (Connector listening : server.getConnectors()) {
      listening.shutdown().cancel(false);
    }
    runner.drain();
    stop();
    LOG.info("http-stopped bind={} port={}", bind, port);
  }

  private void stop() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("http-stop-failed bind={}", bind, e);
    }
  }
}

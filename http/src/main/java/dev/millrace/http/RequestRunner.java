package dev.millrace.http;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs each request on its virtual thread, at most so many at a time, turns failures into answers,
/// and writes the access log.
final class RequestRunner extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(RequestRunner.class);
  private static final Logger ACCESS = LoggerFactory.getLogger("millrace.access");
  private static final int REQUEST_TIMEOUT = 408;
  private static final int BAD_REQUEST = 400;

  private final HttpHandler handler;
  private final ErrorBody errors;
  private final HttpLimits limits;
  private final RequestObserver observer;
  private final BufferShelf buffers = new BufferShelf();
  private final Semaphore permits;
  private final RunningRequests running = new RunningRequests();
  private volatile boolean stopping;

  RequestRunner(
      HttpHandler handler, ErrorBody errors, HttpLimits limits, RequestObserver observer) {
    this.handler = handler;
    this.errors = errors;
    this.limits = limits;
    this.observer = observer;
    this.permits = new Semaphore(limits.concurrentRequests());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    // A handler that waits on purpose is not idle. Reads and writes keep their own timeout.
    request.addIdleTimeoutListener(_ -> false);
    long start = Clock.system().nanoTime();
    JettyExchange exchange = new JettyExchange(request, response, limits, buffers);
    Throwable broken = null;
    if (permits.tryAcquire()) {
      running.begin();
      try {
        broken = run(exchange);
      } finally {
        running.end();
        permits.release();
      }
    } else {
      broken = answer(exchange, busy());
    }
    long nanos = Clock.system().nanoTime() - start;
    ACCESS.info(
        "request method={} path={} status={} bytes={} ms={} remote={}{}",
        Text.printable(exchange.method()),
        Text.printable(exchange.path()),
        exchange.status(),
        exchange.sentBytes(),
        TimeUnit.NANOSECONDS.toMillis(nanos),
        Request.getRemoteAddr(request),
        broken == null ? "" : " aborted=true");
    exchange.end();
    observer.answered(exchange.method(), exchange.status(), exchange.sentBytes(), nanos);
    if (broken == null) {
      callback.succeeded();
    } else {
      callback.failed(broken);
    }
    return true;
  }

  /// @return why the connection must be broken, or null when all went well
  private @Nullable Throwable run(JettyExchange exchange) {
    try {
      if (stopping) {
        throw new MillraceException(
            ErrorCode.UNAVAILABLE, "node: it is stopping: try again when it is back");
      }
      handler.handle(exchange);
      return exchange.answered() ? null : answer(exchange, unanswered(exchange));
    } catch (MillraceException e) {
      return answer(exchange, exchange.bodyFailure().orElse(e));
    } catch (RuntimeException | Error e) {
      if (exchange.bodyFailure().isPresent()) {
        return answer(exchange, exchange.bodyFailure().get());
      }
      LOG.error(
          "request-bug method={} path={}", exchange.method(), Text.printable(exchange.path()), e);
      return answer(
          exchange,
          new MillraceException(
              ErrorCode.BUG,
              "request: failed inside Millrace: " + e + ": the node's log has the details",
              e));
    }
  }

  private @Nullable Throwable answer(JettyExchange exchange, MillraceException failure) {
    if (exchange.committed()) {
      LOG.debug("answer-broken path={}", Text.printable(exchange.path()), failure);
      return failure;
    }
    boolean slowBody =
        failure.code() == ErrorCode.TIMEOUT && exchange.bodyFailure().equals(Optional.of(failure));
    try {
      exchange.respond(
          errors.of(
              slowBody ? REQUEST_TIMEOUT : ErrorStatus.of(failure.code()),
              failure.code(),
              String.valueOf(failure.getMessage())));
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private static MillraceException busy() {
    return new MillraceException(
        ErrorCode.BUSY, "node: as many requests as it takes are running: try again soon");
  }

  private static MillraceException unanswered(JettyExchange exchange) {
    return new MillraceException(
        ErrorCode.BUG, "request: " + exchange.path() + " was not answered: report this");
  }

  /// Answers what Jetty refuses before a handler sees it.
  boolean refuse(Response response, Callback callback, int status, String reason) {
    int shown = status >= BAD_REQUEST ? status : 500;
    ErrorCode code =
        switch (shown) {
          case 413, 431 -> ErrorCode.TOO_LARGE;
          case 408 -> ErrorCode.TIMEOUT;
          case 503 -> ErrorCode.UNAVAILABLE;
          default -> shown < 500 ? ErrorCode.INVALID_ARGUMENT : ErrorCode.BUG;
        };
    dev.millrace.http.Response answer =
        errors.of(shown, code, "request: " + Text.printable(reason) + ": send it as HTTP/1.1 says");
    response.setStatus(shown);
    answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
    return true;
  }

  /// Refuses new requests, waits for those that run, and interrupts what is left.
  void drain() {
    stopping = true;
    long deadline = Clock.system().nanoTime() + limits.stop().toNanos();
    try {
      boolean idle =
          permits.tryAcquire(
              limits.concurrentRequests(),
              deadline - Clock.system().nanoTime(),
              TimeUnit.NANOSECONDS);
      if (idle) {
        permits.release(limits.concurrentRequests());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running.interrupt();
  }
}

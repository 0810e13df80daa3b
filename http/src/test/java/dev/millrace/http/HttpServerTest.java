package dev.millrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

class HttpServerTest {
  private static final int CLIENTS = 6;
  private static final int CALLS_FIRST = 40;
  private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1);

  /// However late it came: an interrupt must not end Jetty's selector, nor a connection be left
  /// open that nobody serves.
  @RepeatedTest(60)
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void closingEndsEveryConnection() throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(CALLS_FIRST);
    HttpServer server =
        HttpServer.start(
            new HttpConfig("127.0.0.1", 0, false, Optional.empty(), HttpLimits.standard()),
            exchange -> exchange.respond(new Response(200, Map.of(), new byte[10])),
            (status, _, _) -> new Response(status, Map.of(), new byte[0]),
            (_, _, _, _) -> busy.countDown());
    int port = server.port();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Thread.ofVirtual().start(() -> callUntilRefused(port)));
    }
    busy.await();
    server.close();
    for (Thread client : clients) {
      assertThat(client.join(Duration.ofSeconds(5))).as("client ended").isTrue();
    }
  }

  private static void callUntilRefused(int port) {
    for (int first = 0; first >= 0; ) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write(REQUEST);
        first = socket.getInputStream().read();
      } catch (IOException e) {
        return;
      }
    }
  }
}

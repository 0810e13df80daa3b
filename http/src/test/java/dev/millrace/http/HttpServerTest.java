package dev.millrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HttpServerTest {
  private static final int CLIENTS = 6;
  private static final int CALLS_FIRST = 40;
  private static final int ROUNDS = 60;
  private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1);

  @TempDir Path temp;

  private HttpServer start(Runnable onAnswer) {
    return HttpServer.start(
        new HttpConfig(
            "127.0.0.1", 0, false, Optional.of(temp.resolve("socket")), HttpLimits.standard()),
        exchange -> exchange.respond(new Response(200, Map.of(), new byte[10])),
        (status, _, _) -> new Response(status, Map.of(), new byte[0]),
        (_, _, _, _) -> onAnswer.run());
  }

  /// However late it came: an interrupt must not end Jetty's selector, nor a connection be left
  /// open that nobody serves.
  @Test
  void closingEndsEveryConnection() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      CountDownLatch busy = new CountDownLatch(CALLS_FIRST);
      HttpServer server = start(busy::countDown);
      SocketAddress local = UnixDomainSocketAddress.of(temp.resolve("socket"));
      SocketAddress tcp = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        SocketAddress address = i % 2 == 0 ? local : tcp;
        clients.add(Thread.ofVirtual().start(() -> callUntilRefused(address)));
      }
      busy.await();
      server.close();
      for (Thread client : clients) {
        assertThat(client.join(Duration.ofSeconds(20))).as("client ended").isTrue();
      }
    }
  }

  private static void callUntilRefused(SocketAddress address) {
    for (int count = 0; count >= 0; ) {
      try {
        count = call(address, ByteBuffer.allocate(1));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static int call(SocketAddress address, ByteBuffer answer) throws IOException {
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.write(ByteBuffer.wrap(REQUEST));
      return channel.read(answer);
    }
  }

  @Test
  void theLocalSocketIsForThisUserAndGoesWithTheServer() throws IOException {
    Path socket = temp.resolve("socket");
    Files.writeString(socket, "left by a killed process");
    try (HttpServer server = start(() -> {})) {
      assertThat(server.port()).isPositive();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      ByteBuffer answer = ByteBuffer.allocate(12);
      call(UnixDomainSocketAddress.of(socket), answer);
      assertThat(new String(answer.array(), ISO_8859_1)).isEqualTo("HTTP/1.1 200");
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void aPathTooLongForASocketLeavesTheAddress() {
    Path deep = temp.resolve("d".repeat(120));
    try (HttpServer server =
        HttpServer.start(
            new HttpConfig("127.0.0.1", 0, false, Optional.of(deep), HttpLimits.standard()),
            exchange -> exchange.respond(Response.empty()),
            (status, _, _) -> new Response(status, Map.of(), new byte[0]),
            (_, _, _, _) -> {})) {
      assertThat(server.port()).isPositive();
      assertThat(deep).doesNotExist();
    }
  }
}

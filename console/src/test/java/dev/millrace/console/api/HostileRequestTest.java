package dev.millrace.console.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Millrace;
import dev.millrace.client.api.BearerToken;
import dev.millrace.client.remote.RemoteMillrace;
import dev.millrace.http.HttpLimits;
import dev.millrace.http.Route;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a stranger, a broken client or a foreign web page sends is refused, clearly and in time.
@Timeout(30)
class HostileRequestTest {
  private static final HttpLimits TIGHT =
      new HttpLimits(
          8192,
          64,
          3,
          Duration.ofMillis(700),
          Duration.ofMillis(300),
          1,
          Duration.ofMinutes(1),
          Duration.ofMillis(200));

  private final FakeMillrace fake = new FakeMillrace();
  private final BearerToken token = BearerToken.random();
  private final String auth = "Authorization: " + token.authorization() + "\r\n";
  private final ApiServer server =
      ApiServer.start(
          new ApiConfig("127.0.0.1", 0, Optional.empty(), token, List.of("node.example"), TIGHT),
          fake,
          () -> Optional.of("catalog is starting"));

  @AfterEach
  void stop() {
    server.close();
  }

  private String send(String request) throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      return client.send(request).readAll();
    }
  }

  private String get(String target, String headers) throws IOException {
    return send(
        "GET "
            + target
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + headers
            + "\r\n");
  }

  @Test
  void everyRouteButHealthAsksForTheToken() throws IOException {
    List<String> open = new ArrayList<>();
    for (Route route : server.routes()) {
      String path = route.template().replaceAll("\\{[a-z]+\\}", "data");
      for (String header :
          List.of(
              "",
              "Authorization: Bearer " + "0".repeat(64) + "\r\n",
              "Authorization: Basic eDp5\r\n",
              "Authorization: \r\n",
              auth.replace("Bearer", "bearer "))) {
        String answer =
            send(
                route.method()
                    + " "
                    + path
                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n"
                    + header
                    + "\r\n");
        if (answer.startsWith("HTTP/1.1 401")) {
          assertThat(answer).contains("\"name\":\"UNAUTHENTICATED\"").contains("WWW-Authenticate");
        } else {
          open.add(route.template());
        }
      }
    }
    assertThat(open.stream().distinct()).containsExactly("/health/live", "/health/ready");
    assertThat(get("/api/v1/none", "")).startsWith("HTTP/1.1 401");
  }

  @Test
  void healthAndMetricsAnswer() throws IOException {
    assertThat(get("/health/live", "")).startsWith("HTTP/1.1 200");
    assertThat(get("/health/ready", "")).startsWith("HTTP/1.1 503").contains("catalog is starting");
    fake.admin.addDisk("/d");
    assertThat(get("/metrics", auth))
        .startsWith("HTTP/1.1 200")
        .contains("jvm_memory_used_bytes")
        .contains("millrace_http_requests_seconds_count")
        .contains("millrace_disk_free_bytes{");
  }

  @Test
  void unknownRoutesAndMethodsAreTold() throws IOException {
    assertThat(get("/api/v1/none", auth)).startsWith("HTTP/1.1 404").contains("no such route");
    String answer =
        send(
            "PATCH /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + auth
                + "\r\n");
    assertThat(answer).startsWith("HTTP/1.1 405").contains("Allow: GET, HEAD, POST");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/api/v1/list/data?limit=0 limit",
        "/api/v1/list/data?limit=1001 limit",
        "/api/v1/list/data?limit=x limit",
        "/api/v1/list/data?versions=yes versions",
        "/api/v1/list/data?prefix=a&prefix=b prefix",
        "/api/v1/list/data?perfix=a perfix",
        "/api/v1/list/data?prefix=%zz prefix",
        "/api/v1/list/data?prefix=%ff prefix",
        "/api/v1/list/data?afterVersion=1 afterVersion",
        "/api/v1/stat/data key",
        "/api/v1/stat/data?key=a+b key",
        "/api/v1/stat/data?key= key",
        "/api/v1/stat/data?key=a&version=zz version",
        "/api/v1/stat/DATA bucket",
        "/api/v1/jobs/1 id",
        "/api/v1/jobs/00000000000000000000000000000000?wait=-1 wait"
      })
  void aMalformedParameterIsNamed(String target, String named) throws IOException {
    assertThat(get(target, auth)).startsWith("HTTP/1.1 400").contains(named);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "[]", "{\"path\":1}", "{\"path\":\"/a\",\"x\":1}", "{}", "{} {}", "nul"})
  void malformedJsonIsRefused(String body) throws IOException {
    assertThat(post("/api/v1/disks", body)).startsWith("HTTP/1.1 400").contains("INVALID_ARGUMENT");
  }

  private String post(String path, String body) throws IOException {
    return send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + auth
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  @Test
  void bodiesOverTheLimitAndWithoutLengthAreRefused() throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.send(
          "POST /api/v1/disks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n"
              + auth
              + "\r\n");
      assertThat(client.status()).startsWith("HTTP/1.1 413");
    }
    assertThat(
            send(
                "PUT /api/v1/objects/data?key=a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + auth
                    + "\r\n"))
        .startsWith("HTTP/1.1 411");
    assertThat(get("/health/live", "X: " + "x".repeat(9000) + "\r\n")).startsWith("HTTP/1.1 431");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "127.0.0.1.evil.example",
        "127.evil.0.1",
        "localhost.evil.example",
        "10.0.0.1"
      })
  void aForeignHostIsRefused(String host) throws IOException {
    String request = "GET /api/v1/buckets HTTP/1.1\r\nConnection: close\r\n" + auth + "Host: ";
    assertThat(send(request + host + "\r\n\r\n")).startsWith("HTTP/1.1 421");
    assertThat(send(request + host + ":" + server.port() + "\r\n\r\n")).startsWith("HTTP/1.1 421");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1:80", "127.1.2.3", "[::1]:9", "Node.Example:1"})
  void aHostOfOursIsServed(String host) throws IOException {
    assertThat(
            send(
                "GET /api/v1/buckets HTTP/1.1\r\nConnection: close\r\n"
                    + auth
                    + "Host: "
                    + host
                    + "\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aPageOfAnotherSiteIsRefused() throws IOException {
    for (String origin : List.of("http://evil.example", "null", "http://localhost:1")) {
      assertThat(get("/api/v1/buckets", auth + "Origin: " + origin + "\r\n"))
          .startsWith("HTTP/1.1 403");
    }
    assertThat(get("/api/v1/buckets", auth + "Origin: http://localhost\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: +1\r\n\r\na",
        "Content-Length: 1x\r\n\r\na",
        "Transfer-Encoding: gzip, chunked, x\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "Bad Header: x\r\n\r\n",
        "Content-Length : 1\r\n\r\na",
        "Host: evil.example\r\n\r\n"
      })
  void requestsThatTwoServersMightReadDifferentlyAreRefused(String rest) throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.send("POST /api/v1/scrub HTTP/1.1\r\nHost: localhost\r\n" + auth + rest);
      assertThat(client.status()).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void aBodyOrHeadThatStallsEndsInTime() throws IOException {
    fake.files.createBucket(new BucketName("data"), Optional.empty());
    String head = "PUT /api/v1/objects/data?key=a HTTP/1.1\r\nHost: localhost\r\n" + auth;
    try (RawClient client = new RawClient(server.port())) {
      client.send(head + "Content-Length: 100\r\n\r\nabc");
      assertThat(client.status()).matches("HTTP/1.1 408.*|");
    }
    try (RawClient client = new RawClient(server.port())) {
      assertThat(client.send(head + "Content-Le").readAll()).doesNotContain("200 OK");
    }
    assertThat(fake.files.buckets()).hasSize(1);
    assertThatThrownBy(() -> fake.files.versions(new BucketName("data"), new ObjectKey("a")))
        .isInstanceOf(MillraceException.class);
  }

  private List<CompletableFuture<ErrorCode>> waitingOutputs(Millrace remote, int count)
      throws InterruptedException {
    List<CompletableFuture<ErrorCode>> failures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JobId id =
          fake.jobs
              .submit(
                  new JobRequest(
                      new Program.Instruction("count", List.of()),
                      List.of(),
                      List.of(),
                      Optional.empty(),
                      Optional.empty()))
              .job()
              .id();
      fake.jobs.write(id, new byte[] {1});
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<ErrorCode> failure = new CompletableFuture<>();
      failures.add(failure);
      var _ =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  remote.jobs().output(id, new Announcing(begun));
                } catch (MillraceException e) {
                  failure.complete(e.code());
                }
              });
      begun.await();
    }
    return failures;
  }

  /// Says when the first byte came.
  private static final class Announcing extends OutputStream {
    private final CountDownLatch begun;

    Announcing(CountDownLatch begun) {
      this.begun = begun;
    }

    @Override
    public void write(int b) {
      begun.countDown();
    }
  }

  @Test
  void moreRequestsThanAllowedAreToldToComeBack() throws Exception {
    Millrace remote = new RemoteMillrace(URI.create("http://127.0.0.1:" + server.port()), token);
    List<CompletableFuture<ErrorCode>> failures =
        waitingOutputs(remote, TIGHT.concurrentRequests());
    assertThatThrownBy(() -> remote.files().buckets())
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
    remote.close();
    for (CompletableFuture<ErrorCode> failure : failures) {
      assertThat(failure.join()).isEqualTo(ErrorCode.INTERRUPTED);
    }
  }

  @Test
  void stoppingEndsCallsThatWait() throws Exception {
    try (Millrace remote =
        new RemoteMillrace(URI.create("http://127.0.0.1:" + server.port()), token)) {
      List<CompletableFuture<ErrorCode>> failures = waitingOutputs(remote, 2);
      server.close();
      for (CompletableFuture<ErrorCode> failure : failures) {
        assertThat(failure.join()).isIn(ErrorCode.UNAVAILABLE, ErrorCode.INTERRUPTED);
      }
    }
  }
}

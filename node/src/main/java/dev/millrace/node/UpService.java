package dev.millrace.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.NodeAccess.UpRequest;
import dev.millrace.cli.Terminal;
import dev.millrace.client.api.BearerToken;
import dev.millrace.console.api.ApiConfig;
import dev.millrace.console.api.ApiServer;
import dev.millrace.http.HttpLimits;
import dev.millrace.node.config.NodeConfig;
import dev.millrace.node.home.RunningNode;
import dev.millrace.node.log.LogSetup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `millrace up`: a node that serves its API until it is asked to stop.
final class UpService {
  private static final Logger LOG = LoggerFactory.getLogger(UpService.class);

  private final EmbeddedNode node;

  UpService(EmbeddedNode node) {
    this.node = node;
  }

  int run(UpRequest request, Terminal terminal) {
    LogSetup.toStandardError();
    NodeConfig config = node.config();
    int port = request.apiPort().orElse(config.apiPort());
    BearerToken token = BearerToken.readOrCreate(RunningNode.tokenFile(node.home().folder()));
    warnWhenWide(config.apiHost());
    CountDownLatch asked = new CountDownLatch(1);
    try (ApiServer server =
            ApiServer.start(
                new ApiConfig(
                    config.apiHost(),
                    port,
                    Optional.of(RunningNode.socket(node.home().folder())),
                    token,
                    List.of(),
                    HttpLimits.standard()),
                node,
                Optional::empty);
        Terminal.Registration registration = terminal.interrupts().on(asked::countDown)) {
      URI address = URI.create("http://" + bracketed(config.apiHost()) + ":" + server.port());
      node.listensAt(address);
      new RunningNode(ProcessHandle.current().pid(), address).publish(node.home());
      say(terminal, "Millrace runs on " + node.home().folder() + " and listens at " + address);
      LOG.info("event=up address={} home={}", address, node.home().folder());
      asked.await();
      LOG.info("event=stopping registration={}", registration.getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      RunningNode.retract(node.home());
    }
    return 0;
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  private static void warnWhenWide(String host) {
    try {
      if (!InetAddress.getByName(host).isLoopbackAddress()) {
        LOG.warn(
            "event=wide-bind host={} why=\"the API is not encrypted: others on the network can"
                + " read what passes; bind to 127.0.0.1 or put TLS in front\"",
            host);
      }
    } catch (UnknownHostException e) {
      throw new MillraceException(
          ErrorCode.CONFIGURATION,
          "api.host '" + host + "': no such host: give an address of this machine",
          e);
    }
  }

  private static void say(Terminal terminal, String line) {
    try {
      terminal.err().write((line + "\n").getBytes(UTF_8));
      terminal.err().flush();
    } catch (IOException e) {
      LOG.warn("event=stderr-lost why={}", e.getMessage());
    }
  }
}

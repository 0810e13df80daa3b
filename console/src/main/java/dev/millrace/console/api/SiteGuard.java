package dev.millrace.console.api;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.http.Exchange;
import dev.millrace.http.HttpHandler;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Keeps web pages of others away from a node that their reader's browser can reach. A name that an
/// attacker's DNS points here (rebinding) is not one of ours; a page of another site tells its
/// origin.
final class SiteGuard implements HttpHandler {
  private static final int MISDIRECTED_REQUEST = 421;

  private final Set<String> hosts = new HashSet<>(Set.of("localhost", "[::1]"));
  private final HttpHandler next;

  SiteGuard(String bind, List<String> names, HttpHandler next) {
    this.next = next;
    hosts.add(bracketed(bind.toLowerCase(Locale.ROOT)));
    names.forEach(name -> hosts.add(bracketed(name.toLowerCase(Locale.ROOT))));
  }

  @Override
  public void handle(Exchange exchange) {
    String authority = exchange.header("Host").orElse("").toLowerCase(Locale.ROOT);
    String host = hostOf(authority);
    if (!hosts.contains(host) && !isLoopbackAddress(host)) {
      exchange.respond(
          Json.error(
              MISDIRECTED_REQUEST,
              ErrorCode.ACCESS_DENIED,
              "host '"
                  + Text.printable(authority)
                  + "': not a name of this node: call it by its address, or configure the name"));
      return;
    }
    Optional<String> origin = exchange.header("Origin");
    if (origin.isPresent()
        && !origin.get().equalsIgnoreCase("http://" + authority)
        && !origin.get().equalsIgnoreCase("https://" + authority)) {
      throw new MillraceException(
          ErrorCode.ACCESS_DENIED,
          "origin '"
              + Text.printable(origin.get())
              + "': another site's page may not call this node: open the node's own");
    }
    next.handle(exchange);
  }

  private static String hostOf(String authority) {
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    return end <= 0 ? authority : authority.substring(0, end);
  }

  private static String bracketed(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  /// Whether this is 127.0.0.0/8 in four plain numbers; `127.evil.example` is a name.
  private static boolean isLoopbackAddress(String host) {
    String[] parts = host.split("\\.", -1);
    if (parts.length != 4 || !parts[0].equals("127")) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty()
          || part.length() > 3
          || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return false;
      }
    }
    return true;
  }
}

package dev.millrace.cli;

import dev.millrace.base.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/// Runs the node until stopped.
final class UpCommand implements Command {
  private static final int LAST_PORT = 65_535;

  @Override
  public void define(Syntax syntax) {
    syntax
        .value("PORT", "Port of the HTTP API on this machine; 0 for any free one", "--port")
        .values("KEY=VALUE", "A setting instead of the one in millrace.toml", "--set");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    OptionalInt port = arguments.value("--port").map(UpCommand::port).orElseGet(OptionalInt::empty);
    Map<String, String> settings = new LinkedHashMap<>();
    for (String setting : arguments.values("--set")) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new UsageException(
            "setting '" + Text.printable(setting) + "' has no value: write --set KEY=VALUE");
      }
      settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    session.status(
        session
            .access()
            .up(new NodeAccess.UpRequest(session.home(), port, settings), session.terminal()));
  }

  private static OptionalInt port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= LAST_PORT) {
        return OptionalInt.of(port);
      }
    } catch (NumberFormatException e) {
      throw noPort(text);
    }
    throw noPort(text);
  }

  private static UsageException noPort(String text) {
    return new UsageException(
        "port '" + Text.printable(text) + "' is none: write a number from 0 to " + LAST_PORT);
  }
}

package dev.millrace.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Shows the program's version.
final class VersionCommand implements Command {
  @Override
  public void define(Syntax syntax) {}

  @Override
  public void run(Arguments arguments, Session session) {
    String version =
        Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
            .orElse("development");
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", version);
    fields.put("java", Runtime.version().toString());
    session.answer(fields, "millrace " + version + " (Java " + Runtime.version() + ")");
  }
}

package dev.millrace.cli;

import dev.millrace.cli.show.Printable;
import dev.millrace.client.Admin.KeyRotation;
import java.util.LinkedHashMap;
import java.util.Map;

/// Rotates the master key.
final class KeyCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax.words("rotate", 1, 1, "What to do");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    SubWords.oneOf(arguments.word(0), "rotate");
    KeyRotation rotation = session.millrace().admin().rotateKey();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("masterKeyNumber", rotation.masterKeyNumber());
    fields.put("rewrapped", rotation.rewrapped());
    session.answer(
        fields,
        "master key "
            + rotation.masterKeyNumber()
            + " is in force; rewrapped "
            + Printable.count(rotation.rewrapped(), "data key"));
  }
}

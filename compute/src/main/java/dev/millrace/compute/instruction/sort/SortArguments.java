package dev.millrace.compute.instruction.sort;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Text;
import dev.millrace.compute.instruction.sort.LineOrder.Directed;
import dev.millrace.compute.instruction.sort.LineOrder.Ties;
import dev.millrace.compute.program.Arguments;
import java.util.ArrayList;
import java.util.List;

/// The arguments of one `sort`, and the order that they mean.
final class SortArguments {
  private static final LineEnds LINE_FEEDS = new LineEnds((byte) '\n');
  private static final LineEnds NULS = new LineEnds((byte) 0);

  private final List<KeyText.Typed> keys = new ArrayList<>();
  private KeyOptions global = KeyOptions.NONE;
  private int separator = KeyRange.BLANKS;
  private boolean stable;
  private boolean unique;
  private LineEnds ends = LINE_FEEDS;

  /// Takes all arguments.
  ///
  /// @throws dev.millrace.base.MillraceException INVALID_ARGUMENT
  void read(Arguments walk) {
    while (walk.hasNext()) {
      String argument = walk.next();
      switch (argument) {
        case "--key" -> addKey(walk, walk.value(argument));
        case "--field-separator" -> setSeparator(walk, walk.value(argument));
        case "--ignore-leading-blanks" -> letter('b');
        case "--ignore-case" -> letter('f');
        case "--numeric-sort" -> letter('n');
        case "--reverse" -> letter('r');
        case "--stable" -> letter('s');
        case "--unique" -> letter('u');
        case "--zero-terminated" -> letter('z');
        default -> letters(walk, argument);
      }
    }
  }

  /// Letters in a row, as in `-nrk2`: behind `k` and `t` stands the value, or it is the next word.
  private void letters(Arguments walk, String argument) {
    if (!argument.matches("(?s)-(?:[bfnrsuz]+|[bfnrsuz]*[kt].*)")) {
      throw walk.unknown(argument);
    }
    for (int i = 1; i < argument.length(); i++) {
      char letter = argument.charAt(i);
      if (letter != 'k' && letter != 't') {
        letter(letter);
        continue;
      }
      String attached = argument.substring(i + 1);
      String value = attached.isEmpty() ? walk.value("-" + letter) : attached;
      if (letter == 'k') {
        addKey(walk, value);
      } else {
        setSeparator(walk, value);
      }
      return;
    }
  }

  private void letter(char letter) {
    switch (letter) {
      case 'b' -> global = global.withFirstBlanks().withLastBlanks();
      case 's' -> stable = true;
      case 'u' -> unique = true;
      case 'z' -> ends = NULS;
      default -> global = global.with(letter);
    }
  }

  private void addKey(Arguments walk, String value) {
    if (keys.size() == LineOrder.MOST_KEYS) {
      throw walk.invalid("option -k", "there are more than " + LineOrder.MOST_KEYS + " of it");
    }
    switch (KeyText.read(value)) {
      case KeyText.Read.Good good -> keys.add(good.key());
      case KeyText.Read.Bad bad ->
          throw walk.invalid(
              "-k '" + Text.printable(value) + "'",
              bad.why() + "; a key is like 2, 2,2 or 2.3n,4.5");
    }
  }

  private void setSeparator(Arguments walk, String value) {
    byte[] bytes = value.equals("\\0") ? new byte[1] : value.getBytes(UTF_8);
    if (bytes.length != 1) {
      throw walk.invalid("-t '" + Text.printable(value) + "'", "the separator must be one byte");
    }
    int given = bytes[0] & 0xff;
    if (separator != KeyRange.BLANKS && separator != given) {
      throw walk.invalid("option -t", "it is given twice, with different separators");
    }
    separator = given;
  }

  LineOrder order() {
    List<Directed> order = new ArrayList<>();
    for (KeyText.Typed key : keys) {
      order.add(key(key, key.options().none() ? global : key.options()));
    }
    if (order.isEmpty() && !global.plain()) {
      KeyText.Typed line = new KeyText.Typed(0, 0, KeyRange.LINE_END, 0, global);
      order.add(key(line, global));
    }
    boolean keyed = !order.isEmpty();
    if (!keyed || !(stable || unique)) {
      order.add(new Directed(new LineKey(ends), global.descending()));
    }
    Ties ties = unique ? Ties.FIRST_ONLY : keyed && stable ? Ties.INPUT_ORDER : Ties.SAME;
    return new LineOrder(ends, order, ties);
  }

  private Directed key(KeyText.Typed key, KeyOptions options) {
    KeyRange range = key.range(separator, options);
    return new Directed(
        options.numeric() ? new NumberKey(ends, range) : new TextKey(ends, range, options.fold()),
        options.descending());
  }
}

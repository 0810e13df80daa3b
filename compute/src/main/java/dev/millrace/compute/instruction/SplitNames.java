package dev.millrace.compute.instruction;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;

/// The names that GNU `split` gives its files, one after the other: `xaa`, `xab` … One thread.
///
/// Suffixes of a length that nobody asked for grow: the last letter never begins one, but says that
/// it is longer by two, so `xyz` is followed by `xzaaa`, and `xzyzz` by `xzzaaaa`. Names so keep
/// their order.
final class SplitNames {
  private static final int USUAL_LENGTH = 2;

  /// How names look.
  ///
  /// @param length of the suffix; 0 for one of 2 letters that grows
  /// @param digits whether its letters are digits
  /// @param additional what stands behind it
  record Form(String prefix, int length, boolean digits, String additional) {}

  private final Form form;
  private final String letters;
  private final StringBuilder base;
  private int[] suffix;
  private boolean begun;

  SplitNames(Form form) {
    this.form = form;
    this.letters = form.digits() ? "0123456789" : "abcdefghijklmnopqrstuvwxyz";
    this.base = new StringBuilder(form.prefix());
    this.suffix = new int[form.length() == 0 ? USUAL_LENGTH : form.length()];
  }

  /// The next name.
  ///
  /// @throws MillraceException BAD_INPUT when there is none of this length
  String next() {
    if (begun) {
      step();
    }
    begun = true;
    StringBuilder name = new StringBuilder(base);
    for (int letter : suffix) {
      name.append(letters.charAt(letter));
    }
    return name.append(form.additional()).toString();
  }

  private void step() {
    int last = letters.length() - 1;
    int at = suffix.length - 1;
    while (at >= 0 && suffix[at] == last) {
      suffix[at--] = 0;
    }
    if (at < 0) {
      throw new MillraceException(
          ErrorCode.BAD_INPUT,
          "split: output file suffixes exhausted: the input has more parts than there are suffixes"
              + " of "
              + form.length()
              + " letters: give a larger -a, or none");
    }
    suffix[at]++;
    if (form.length() == 0 && suffix[0] == last) {
      base.append(letters.charAt(last));
      suffix = new int[suffix.length + 1];
    }
  }
}

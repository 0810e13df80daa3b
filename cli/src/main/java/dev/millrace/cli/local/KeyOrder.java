package dev.millrace.cli.local;

/// The order of listings: by UTF-8 bytes, which is by code point.
public final class KeyOrder {
  private static final int SURROGATE_SHIFT = 0x2000;
  private static final int BEHIND_SURROGATES_SHIFT = 0x800;

  private KeyOrder() {}

  /// Compares as `compareUnsigned` of the UTF-8 bytes would, without encoding.
  public static int compare(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char l = left.charAt(i);
      char r = right.charAt(i);
      if (l != r) {
        return rank(l) - rank(r);
      }
    }
    return left.length() - right.length();
  }

  // UTF-16 puts U+E000..U+FFFF behind the surrogates, code points before them: swap the two.
  private static int rank(char c) {
    if (c < Character.MIN_SURROGATE) {
      return c;
    }
    return c <= Character.MAX_SURROGATE ? c + SURROGATE_SHIFT : c - BEHIND_SURROGATES_SHIFT;
  }
}

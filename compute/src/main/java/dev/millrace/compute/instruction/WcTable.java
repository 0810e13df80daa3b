package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.compute.program.Combine.InputFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Prints counts the way `wc` of GNU coreutils 9 does for regular files.
///
/// Columns are lines, words, bytes, with one space between, right-aligned in one width: 1 when
/// there is one input and one column, else the number of digits of all inputs' sizes together.
/// After several inputs there is a line of totals. An input without a name has none behind its
/// numbers. A name with a line feed is quoted for the shell.
///
/// @param lines whether the column is shown; so for the others
record WcTable(boolean lines, boolean words, boolean bytes) {
  void print(List<InputFile> inputs, long[] lineCounts, long[] wordCounts, OutputStream out)
      throws IOException {
    long totalBytes = 0;
    long totalLines = 0;
    long totalWords = 0;
    for (int i = 0; i < inputs.size(); i++) {
      totalBytes += inputs.get(i).sizeBytes();
      totalLines += lineCounts[i];
      totalWords += wordCounts[i];
    }
    int columns = (lines ? 1 : 0) + (words ? 1 : 0) + (bytes ? 1 : 0);
    int width = inputs.size() == 1 && columns == 1 ? 1 : Long.toString(totalBytes).length();
    for (int i = 0; i < inputs.size(); i++) {
      InputFile input = inputs.get(i);
      byte[] name = ShellQuoting.ifLineFeed(input.label().getBytes(UTF_8));
      printRow(out, width, lineCounts[i], wordCounts[i], input.sizeBytes(), name);
    }
    if (inputs.size() > 1) {
      printRow(out, width, totalLines, totalWords, totalBytes, "total".getBytes(UTF_8));
    }
  }

  private void printRow(
      OutputStream out, int width, long lineCount, long wordCount, long byteCount, byte[] name)
      throws IOException {
    StringBuilder row = new StringBuilder(64);
    if (lines) {
      column(row, width, lineCount);
    }
    if (words) {
      column(row, width, wordCount);
    }
    if (bytes) {
      column(row, width, byteCount);
    }
    out.write(row.toString().getBytes(ISO_8859_1));
    if (name.length > 0) {
      out.write(' ');
      out.write(name);
    }
    out.write('\n');
  }

  private static void column(StringBuilder row, int width, long value) {
    if (!row.isEmpty()) {
      row.append(' ');
    }
    String digits = Long.toString(value);
    row.repeat(' ', Math.max(0, width - digits.length())).append(digits);
  }
}

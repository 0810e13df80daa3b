package dev.millrace.system.crash;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// What the jobs of the campaign must answer, computed without Millrace.
final class JobAnswers {
  private final List<String> lines = List.of(JobInput.lines());
  private final Map<JobShape, byte[]> known = new EnumMap<>(JobShape.class);

  /// Whether these are exactly the bytes of the answer, for an answer that is one object.
  boolean isAnswer(JobShape shape, byte[] bytes) {
    byte[] plain = shape == JobShape.COMPRESS ? unpacked(bytes) : bytes;
    return Arrays.equals(plain, known.computeIfAbsent(shape, this::compute));
  }

  private byte[] compute(JobShape shape) {
    return switch (shape) {
      case COMPRESS, FAILING, FILES -> JobInput.bytes();
      case COUNT -> counts();
      case GREP -> joined(lines.stream().filter(line -> line.contains(JobShape.NEEDLE)));
      case SORT -> joined(lines.stream().sorted());
      case COMMAND -> joined(lines.stream().map(line -> line.toUpperCase(Locale.ROOT)));
      case REDUCE -> (lines.size() + "\n").getBytes(US_ASCII);
      case SPLIT -> throw new IllegalArgumentException("its answer is files with names");
    };
  }

  private byte[] counts() {
    long words = lines.stream().mapToLong(line -> line.split(" ", -1).length).sum();
    int bytes = JobInput.bytes().length;
    String row = "%8d %8d %8d %s\n".formatted(lines.size(), words, bytes, JobShape.LABEL);
    return row.getBytes(US_ASCII);
  }

  private static byte[] joined(Stream<String> lines) {
    return lines.collect(Collectors.joining("\n", "", "\n")).getBytes(US_ASCII);
  }

  private static byte[] unpacked(byte[] bytes) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /// Whether these are exactly the files of the answer, by their names, for one that is files.
  boolean isAnswer(JobShape shape, SortedMap<String, byte[]> files) {
    if (shape == JobShape.SPLIT) {
      SortedMap<String, byte[]> expected = splits();
      return files.keySet().equals(expected.keySet())
          && files.entrySet().stream()
              .allMatch(file -> Arrays.equals(file.getValue(), expected.get(file.getKey())));
    }
    if (!files.keySet().stream().allMatch(name -> name.matches(JobShape.PART + "\\d+"))) {
      return false;
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    files.entrySet().stream()
        .sorted(Comparator.comparingInt(file -> number(file.getKey())))
        .forEach(file -> joined.writeBytes(file.getValue()));
    return isAnswer(shape, joined.toByteArray());
  }

  private static int number(String part) {
    return Integer.parseInt(part.substring(JobShape.PART.length()));
  }

  private SortedMap<String, byte[]> splits() {
    SortedMap<String, byte[]> parts = new TreeMap<>();
    for (int part = 0; part * JobShape.SPLIT_LINES < lines.size(); part++) {
      int from = part * JobShape.SPLIT_LINES;
      int to = Math.min(lines.size(), from + JobShape.SPLIT_LINES);
      String name = "x" + (char) ('a' + part / 26) + (char) ('a' + part % 26);
      parts.put(name, joined(lines.subList(from, to).stream()));
    }
    return parts;
  }
}

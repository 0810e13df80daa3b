package dev.millrace.node;

import dev.millrace.base.MillraceException;
import dev.millrace.model.JobId;
import java.util.Map;
import java.util.TreeMap;

/// What a home remembers of its plug-ins from one start to the next. Pure and immutable. As text:
///
/// ```
/// plugin NAME VERSION     the jar that an instruction came from
/// resumed JOB TASKS       a job that went on at a start, with so many tasks recorded by then
/// ```
///
/// Lines of another kind are passed over: the file only spares what is not known for sure.
record PluginLedger(Map<String, String> jars, Map<JobId, Integer> resumed) {
  static final PluginLedger EMPTY = new PluginLedger(Map.of(), Map.of());

  PluginLedger {
    jars = Map.copyOf(jars);
    resumed = Map.copyOf(resumed);
  }

  static PluginLedger parse(String text) {
    Map<String, String> jars = new TreeMap<>();
    Map<JobId, Integer> resumed = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      String[] words = line.split(" ", -1);
      if (words.length == 3 && words[0].equals("plugin")) {
        jars.put(words[1], words[2]);
      } else if (words.length == 3 && words[0].equals("resumed")) {
        try {
          resumed.put(JobId.parse(words[1]), Integer.parseInt(words[2]));
        } catch (MillraceException | NumberFormatException _) {
          // a damaged line
        }
      }
    }
    return new PluginLedger(jars, resumed);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(jars).forEach((name, version) -> line(text, "plugin", name, version));
    new TreeMap<>(resumed).forEach((job, tasks) -> line(text, "resumed", job, tasks));
    return text.toString();
  }

  private static void line(StringBuilder text, String kind, Object key, Object value) {
    text.append(kind).append(' ').append(key).append(' ').append(value).append('\n');
  }

  PluginLedger withResumed(JobId job, int tasks) {
    Map<JobId, Integer> more = new TreeMap<>(resumed);
    more.put(job, tasks);
    return new PluginLedger(jars, more);
  }

  /// After an orderly end.
  PluginLedger withoutResumed() {
    return new PluginLedger(jars, Map.of());
  }

  /// Whether the tasks of an earlier start came from another jar. Unknown ones did.
  boolean isOther(String instruction, String version) {
    return !version.equals(jars.get(instruction));
  }

  /// Whether the node ended without an orderly end since the job last went on, and the job has got
  /// no further.
  boolean diedWith(JobId job, int tasks) {
    return tasks <= resumed.getOrDefault(job, -1);
  }
}

package dev.millrace.system.house;

import static dev.millrace.system.house.BannedCalls.Where.EVERYWHERE;
import static dev.millrace.system.house.BannedCalls.Where.MAIN;
import static dev.millrace.system.house.BannedCalls.Where.TESTS;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The calls that this house does without, and what it uses in their place. Names are matched as
/// they are written: types are imported here, never spelled out with their package.
final class BannedCalls {
  enum Where {
    EVERYWHERE,
    MAIN,
    TESTS;

    boolean holds(JavaSource source) {
      return switch (this) {
        case EVERYWHERE -> true;
        case MAIN -> source.isMain() && !source.module().equals("testkit");
        case TESTS -> !source.isMain() || source.module().equals("testkit");
      };
    }
  }

  /// A call, a `new` or a selected field whose text matches; `modules` may have it all the same.
  record Ban(Pattern text, Where where, Set<String> modules, String instead) {
    static Ban of(String text, Where where, Set<String> modules, String instead) {
      return new Ban(Pattern.compile(text), where, modules, instead);
    }

    boolean forbids(JavaSource source, String expression) {
      return where.holds(source)
          && !modules.contains(source.module())
          && text.matcher(expression).matches();
    }
  }

  private static final Set<String> NONE = Set.of();
  private static final Set<String> FRONT = Set.of("cli", "node", "bench");

  static final List<Ban> BANS =
      List.of(
          Ban.of("System\\.(?:out|err)", MAIN, FRONT, "log by SLF4J, or return what is to be said"),
          Ban.of("System\\.exit|Runtime\\..*\\.(?:exit|halt)", MAIN, FRONT, "throw; Main decides"),
          Ban.of(
              "System\\.(?:currentTimeMillis|nanoTime)"
                  + "|(?:Instant|LocalDate|LocalTime|LocalDateTime|OffsetDateTime|ZonedDateTime"
                  + "|Year)\\.now|Clock\\.system(?:UTC|DefaultZone)",
              EVERYWHERE,
              Set.of("base", "bench"),
              "take a dev.millrace.base.Clock"),
          Ban.of(
              "Thread\\.sleep|TimeUnit\\.[A-Z]+\\.sleep|(?:LockSupport\\.)?parkNanos",
              TESTS,
              NONE,
              "wait for the event itself: a latch, a future, a step of the test's clock"),
          Ban.of(
              "Math\\.random|ThreadLocalRandom\\.current|RandomGenerator\\.getDefault",
              EVERYWHERE,
              NONE,
              "take a RandomGenerator, so that a run can be repeated from its seed"),
          Ban.of(
              "new (?:Random|SplittableRandom)\\(\\)",
              EVERYWHERE,
              Set.of("testkit"),
              "give it a printed seed"),
          Ban.of("UUID\\.randomUUID", EVERYWHERE, NONE, "take a dev.millrace.base.IdSource"),
          Ban.of("(?:.*\\.)?printStackTrace", EVERYWHERE, NONE, "log it once, with the exception"),
          Ban.of(
              "Class\\.forName|.*\\.(?:getDeclared(?:Method|Field|Constructor)s?|setAccessible)",
              EVERYWHERE,
              NONE,
              "do without reflection"),
          Ban.of(
              "new (?:ThreadLocal|InheritableThreadLocal)(?:<.*>)?\\(\\)|ThreadLocal\\.withInitial",
              EVERYWHERE,
              NONE,
              "use a ScopedValue, or pass it"),
          Ban.of(
              "new (?:Timer|Thread)\\(.*|Executors\\.newCachedThreadPool",
              MAIN,
              NONE,
              "start virtual threads, or platform threads by Thread.ofPlatform(), with names"),
          Ban.of("System\\.(?:gc|runFinalization)", MAIN, FRONT, "leave it to the collector"),
          Ban.of(
              "new (?:Vector|Hashtable|Stack|StringBuffer|LinkedList)(?:<.*>)?\\(.*",
              EVERYWHERE,
              NONE,
              "use ArrayList, HashMap, ArrayDeque, StringBuilder"),
          Ban.of(
              "new (?:FileInputStream|FileOutputStream|FileReader|FileWriter|File)"
                  + "\\((?!FileDescriptor).*",
              EVERYWHERE,
              NONE,
              "use java.nio.file and FileChannel"));

  private BannedCalls() {}
}

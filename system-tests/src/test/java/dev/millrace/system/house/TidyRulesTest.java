package dev.millrace.system.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of the house against bad samples, which they find, and good ones, which they let pass.
final class TidyRulesTest {
  private static final String MAIN = "wire/src/main/java/dev/millrace/wire/Sample.java";
  private static final String TEST = "wire/src/test/java/dev/millrace/wire/SampleTest.java";

  @Test
  void longFilesAreFound() {
    String lines = "// line\n".repeat(SizeRule.FILE_LINES);
    assertThat(found(new SizeRule(), MAIN, lines)).isEmpty();
    assertThat(found(new SizeRule(), MAIN, lines + "// line\n")).hasSize(1);
  }

  @Test
  void longMethodsAreFound() {
    String body = "  int a;\n".repeat(SizeRule.METHOD_LINES - 2);
    assertThat(found(new SizeRule(), MAIN, "class A { void f() {\n" + body + "} }")).isEmpty();
    assertThat(found(new SizeRule(), MAIN, "class A { void f() {\n" + body + "\n} }"))
        .singleElement()
        .extracting(Violation::line)
        .isEqualTo(1);
  }

  @Test
  void aTableMayBeLongerThanOtherMethods() {
    String cases = "case A -> x();\n".repeat(SizeRule.TABLE_CASES);
    String rest = "  int a;\n".repeat(SizeRule.METHOD_LINES);
    String method = "class A { void f() {\nswitch (a) {\n%s}\n%s} }";
    assertThat(found(new SizeRule(), MAIN, method.formatted(cases, rest))).isEmpty();
    assertThat(found(new SizeRule(), MAIN, method.formatted("", rest))).hasSize(1);
    assertThat(found(new SizeRule(), MAIN, method.formatted(cases, rest.repeat(2)))).hasSize(1);
  }

  @Test
  void longParameterListsAreFoundExceptOfRecords() {
    String eight = "int a, int b, int c, int d, int e, int f, int g, int h";
    assertThat(found(new SizeRule(), MAIN, "class A { A(" + eight + ") {} }")).hasSize(1);
    assertThat(found(new SizeRule(), MAIN, "interface A { void m(" + eight + "); }")).hasSize(1);
    assertThat(found(new SizeRule(), MAIN, "record A(" + eight + ") { A {} }")).isEmpty();
    assertThat(found(new SizeRule(), MAIN, "record A(int z) { void m(" + eight + ") {} }"))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "// TODO later\nclass A {}",
        "class A { /* FIXME */ }",
        "/** Old. */ class A {}",
        "class A {\n  /** Old. */\n  int a;\n}",
        "import java.util.*; class A {}",
        "import static java.util.Map.*; class A {}",
        "import org.mockito.Mockito; class A {}",
        "import lombok.Data; class A {}",
        "import java.lang.reflect.Method; class A {}",
        "import org.junit.Test; class A {}",
      })
  void leftoversAreFound(String text) {
    assertThat(found(new LeftoverRule(), MAIN, text)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class A { String a = \"TODO\"; }",
        "class A { String a = \"/** x */\"; /**/ int b; }",
        "/// A.\nclass A { int TODOS; /* plain */ }",
        "import java.util.List; import org.junit.jupiter.api.Test; class A {}",
      })
  void whatOnlyLooksLikeALeftoverPasses(String text) {
    assertThat(found(new LeftoverRule(), MAIN, text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"class FileUtils {}", "class A { record JobHelper() {} }", "enum DiskManager {}"})
  void emptyNamesAreFound(String text) {
    assertThat(found(new NameRule(), MAIN, text)).hasSize(1);
    assertThat(found(new NameRule(), MAIN, "class Simplex {} interface Store {}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "System.out.println(1)",
        "System.exit(1)",
        "Runtime.getRuntime().halt(1)",
        "System.currentTimeMillis()",
        "Instant.now()",
        "Math.random()",
        "ThreadLocalRandom.current().nextInt()",
        "new Random()",
        "UUID.randomUUID()",
        "e.printStackTrace()",
        "Class.forName(\"A\")",
        "x.setAccessible(true)",
        "ThreadLocal.withInitial(() -> 1)",
        "new Thread(r).start()",
        "new LinkedList<String>()",
        "new FileInputStream(\"a\")",
        "String.format(\"%6.2f\", 1.0)",
        "String.format(\"%,d %s\", 1, 2)",
        "\"%.1f\".formatted(1.0)",
        "g(System::nanoTime)",
      })
  void bannedCallsAreFound(String call) {
    assertThat(found(new CallRule(), MAIN, inMethod(call))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Thread.sleep(1)",
        "TimeUnit.SECONDS.sleep(1)",
        "LockSupport.parkNanos(1)",
        "System.nanoTime()",
      })
  void testsNeitherSleepNorReadTheClock(String call) {
    assertThat(found(new CallRule(), TEST, inMethod(call))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "log.info(\"System.out\")",
        "clock.nanoTime()",
        "new Random(seed)",
        "String.format(Locale.ROOT, \"%f\", 1.0)",
        "new FileOutputStream(FileDescriptor.out)",
        "String.format(\"%s %d%%, %n %x\", 1, 2, 3)",
        "\"%s\".formatted(1)",
        "Thread.ofVirtual().start(r)",
        "String.join(\",\", names)",
      })
  void goodCallsPass(String call) {
    assertThat(found(new CallRule(), MAIN, inMethod(call))).isEmpty();
  }

  @Test
  void modulesThatSpeakToPeopleMayPrint() {
    String cli = "cli/src/main/java/dev/millrace/cli/Sample.java";
    assertThat(found(new CallRule(), cli, inMethod("System.out.println(1)"))).isEmpty();
    assertThat(found(new CallRule(), cli, inMethod("System.nanoTime()"))).hasSize(1);
  }

  @Test
  void anExcuseHasAReason() {
    String call = "class A { void m() {\n%s\nSystem.nanoTime();\n} }";
    String excused = call.formatted("// house: the agent that calls this has no clock");
    assertThat(found(new CallRule(), MAIN, excused)).isEmpty();
    assertThat(found(new CallRule(), MAIN, call.formatted("// house: ok"))).hasSize(1);
    assertThat(found(new CallRule(), MAIN, call.formatted("// because"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class A { @Disabled void m() {} }",
        "class A { @DisabledOnOs(OS.MAC) void m() {} }",
        "@EnabledIfEnvironmentVariable(named = \"CI\") class A {}",
        "class A { void m() { assumeTrue(x); } }",
        "class A { void m() { Assumptions.assumingThat(x, y); } }",
        "class A { @SuppressWarnings(\"unchecked\") void m() {} }",
      })
  void skippedTestsAndSilentSuppressionsAreFound(String text) {
    assertThat(found(new SkippedTestRule(), TEST, text)).hasSize(1);
  }

  @Test
  void explainedSuppressionsPass() {
    String text =
        "class A {\n  // The cast is checked above.\n  @SuppressWarnings(\"x\") int a;\n}";
    assertThat(found(new SkippedTestRule(), TEST, text)).isEmpty();
  }

  @Test
  void packagesWithoutDescriptionAreFound() {
    JavaSource type = JavaSource.parse(MAIN, "package dev.millrace.wire; class Sample {}");
    JavaSource test = JavaSource.parse(TEST, "package dev.millrace.wire; class SampleTest {}");
    assertThat(PackageRule.violations(List.of(type))).hasSize(1);
    assertThat(PackageRule.violations(List.of(type, info("/// Bytes.\n@NullMarked\n")))).isEmpty();
    assertThat(PackageRule.violations(List.of(test, info("/// Bytes.\n@NullMarked\n")))).isEmpty();
    assertThat(PackageRule.violations(List.of(type, info("@NullMarked\n")))).hasSize(1);
    assertThat(PackageRule.violations(List.of(type, info("/// Bytes.\n")))).hasSize(1);
  }

  @Test
  void openClassesAreFound() {
    String text =
        """
        class Open {}
        class Parent<T> {}
        class Anonymous { Object a = new Anonymous() {}; }
        final class Child extends a.Parent<String> {}
        abstract class Abstract {}
        record Point() {}
        enum Kind {}
        interface Port {}
        """;
    assertThat(FinalRule.violations(List.of(JavaSource.parse(MAIN, text))))
        .singleElement()
        .extracting(Violation::line)
        .isEqualTo(1);
  }

  @Test
  void deadLinksAreFound(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(folder.resolve("other.md"), "# A title, with `code`\n");
    Files.writeString(page, "## Here\n");
    Map<String, Integer> deadByText =
        Map.of(
            "[a](other.md) [b](https://example.org) [c](#here)", 0,
            "[a](other.md#a-title-with-code) ![b](other.md \"title\")", 0,
            "`[a](gone.md)`", 0,
            "```\n[a](gone.md) TODO\n```", 0,
            "[a](gone.md) and [b](also/gone.md#x)", 2,
            "[a](other.md#gone) [b](#gone)", 2,
            "TODO: write this", 1);
    deadByText.forEach((text, dead) ->
        assertThat(PageRule.violations("page.md", page, text)).as(text).hasSize(dead));
  }

  @Test
  void placesOfOneMachineAreFound() {
    for (String folder : List.of("home", "root", "work", "Users")) {
      assertThat(PlaceRule.violations("a.md", "see /" + folder + "/x for it")).hasSize(1);
      assertThat(PlaceRule.violations("a.java", "\"/" + folder + "/x\"")).hasSize(1);
      assertThat(PlaceRule.violations("a.sh", "cd \"$here/" + folder + "/x\" ~/" + folder + "/y"))
          .isEmpty();
    }
  }

  private static List<Violation> found(JavaRule rule, String path, String text) {
    return rule.violations(JavaSource.parse(path, text));
  }

  private static JavaSource info(String text) {
    return JavaSource.parse(
        MAIN.replace("Sample.java", "package-info.java"), text + "package dev.millrace.wire;");
  }

  private static String inMethod(String statement) {
    return "class A { void m() { " + statement + "; } }";
  }
}

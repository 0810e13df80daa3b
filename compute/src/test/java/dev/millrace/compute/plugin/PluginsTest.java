package dev.millrace.compute.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.Instructions;
import dev.millrace.compute.program.LeftOut;
import dev.millrace.testkit.SourceJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Jars of all kinds in the plug-ins' folder. A bad one is left out with its reason; the others are
/// there.
final class PluginsTest {
  /// Short, for code that never answers.
  private static final Plugin.Patience SOON = new Plugin.Patience(100_000_000L, 50_000_000L);

  private static final Instructions BUILT_IN = Instructions.load();

  @TempDir Path temp;

  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temp.resolve("plugins"));
  }

  /// The source of an instruction; `body` is put into its class.
  private static String source(String type, String name, String usage, String body) {
    return
"""
    package org.example;

    import dev.millrace.compute.program.Call;
    import dev.millrace.compute.program.Instruction;
    import java.util.Arrays;
import java.util.List;

    public final class %s implements Instruction {
      @Override public String name() { return %s; }
      @Override public String usage() { return %s; }
      @Override public String description() { return "An example."; }
      @Override public Call parse(List<String> arguments) {
        throw new UnsupportedOperationException();
      }
      %s
    }
"""
        .formatted(type, name, usage, body);
  }

  private static SourceJar jar(String name, String usage, String body) {
    return new SourceJar()
        .source("org/example/Example.java", source("Example", name, usage, body))
        .entry(PluginJar.SERVICE, "org.example.Example\n");
  }

  private static SourceJar jar(String name) {
    return jar("\"" + name + "\"", "\"" + name + " [-x N]\"", "");
  }

  private Plugins load() {
    return Plugins.load(folder, BUILT_IN, SOON);
  }

  private static List<String> added(Plugins plugins) {
    return plugins.instructions().all().stream()
        .map(Instruction::name)
        .filter(name -> BUILT_IN.all().stream().noneMatch(own -> own.name().equals(name)))
        .toList();
  }

  /// That `bad.jar` alone is left out, and why.
  private LeftOut leftOut() throws IOException {
    jar("good").write(folder.resolve("good.jar"));
    try (Plugins plugins = load()) {
      assertThat(added(plugins)).containsExactly("good");
      List<LeftOut> out = plugins.instructions().leftOut();
      assertThat(out).hasSize(1);
      assertThat(out.getFirst().plugin()).isEqualTo("bad.jar");
      assertThat(out.getFirst().why()).startsWith("plug-in bad.jar: ").doesNotContain("\n");
      return out.getFirst();
    }
  }

  private void assertLeftOut(SourceJar bad, String... why) throws IOException {
    bad.write(folder.resolve("bad.jar"));
    assertThat(leftOut().why()).contains(why);
  }

  @Test
  void aHomeWithoutPluginsHasNone() throws IOException {
    try (Plugins plugins = load()) {
      assertThat(added(plugins)).isEmpty();
      assertThat(plugins.instructions().leftOut()).isEmpty();
    }
    Files.delete(folder);
    try (Plugins plugins = load()) {
      assertThat(plugins.instructions().all()).hasSameSizeAs(BUILT_IN.all());
    }
  }

  @Test
  void eachJarOfTheFolderIsLoadedAndNothingElse() throws IOException {
    jar("one").write(folder.resolve("b.jar"));
    jar("two").write(folder.resolve("a.jar"));
    jar("three").write(folder.resolve("three.jar.off"));
    jar("four").write(folder.resolve("._four.jar"));
    Files.writeString(folder.resolve("README"), "mine");
    jar("five").write(Files.createDirectory(folder.resolve("lib")).resolve("five.jar"));
    try (Plugins plugins = load()) {
      assertThat(added(plugins)).containsExactly("one", "two");
      Instruction one = plugins.instructions().find("one");
      assertThat(one.usage()).isEqualTo("one [-x N]");
      assertThat(one.description()).isEqualTo("An example.");
      assertThat(plugins.instructions().leftOut()).isEmpty();
    }
  }

  @Test
  void aJarMayHaveSeveralInstructions() throws IOException {
    new SourceJar()
        .source("org/example/One.java", source("One", "\"one\"", "\"one\"", ""))
        .source("org/example/Two.java", source("Two", "\"two\"", "\"two\"", ""))
        .entry(PluginJar.SERVICE, "# both\norg.example.Two\norg.example.One # here\n")
        .write(folder.resolve("both.jar"));
    try (Plugins plugins = load()) {
      assertThat(added(plugins)).containsExactly("one", "two");
    }
  }

  @Test
  void pluginsDoNotSeeEachOther() throws IOException {
    for (String name : List.of("one", "two")) {
      jar(
              "Library.NAME",
              "Library.NAME",
              "static final class Library { static final String NAME = new String(\""
                  + name
                  + "\"); }")
          .entry("org/example/" + name, "here")
          .write(folder.resolve(name + ".jar"));
    }
    jar("Example.class.getResource(\"one\") == null ? \"alone\" : \"together\"", "name()", "")
        .write(folder.resolve("z.jar"));
    try (Plugins plugins = load()) {
      // the same class in both, with another value
      assertThat(added(plugins)).containsExactly("alone", "one", "two");
    }
  }

  @Test
  void theirOwnLoaderIsTheThreadsContext() throws IOException {
    jar(
            "Thread.currentThread().getContextClassLoader() == Example.class.getClassLoader()"
                + " ? \"right\" : \"wrong\"",
            "name()",
            "")
        .write(folder.resolve("a.jar"));
    try (Plugins plugins = load()) {
      assertThat(added(plugins)).containsExactly("right");
    }
  }

  @Test
  void librariesMayLieBesideThem() throws IOException {
    String library =
        "package org.example; final class Library { static final String NAME = \"lib\".trim(); }";
    new SourceJar()
        .source("org/example/Library.java", library)
        .write(Files.createDirectory(folder.resolve("lib")).resolve("library.jar"));
    jar("Library.NAME", "Library.NAME", "")
        .source("org/example/Library.java", library)
        .entry("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nClass-Path: lib/library.jar\n\n")
        .compile()
        .without("org/example/Library.class")
        .write(folder.resolve("a.jar"));
    try (Plugins plugins = load()) {
      assertThat(added(plugins)).containsExactly("lib");
    }
  }

  @Test
  void whatIsNoJarIsLeftOut() throws IOException {
    Path bad = folder.resolve("bad.jar");
    Files.writeString(bad, "not a jar");
    assertThat(leftOut().why()).contains("can't be read as a jar");
    Files.write(bad, new byte[0]);
    assertThat(leftOut().why()).contains("can't be read as a jar");
    byte[] whole = Files.readAllBytes(jar("bad").write(bad));
    Files.write(bad, Arrays.copyOf(whole, whole.length / 2));
    assertThat(leftOut().why()).contains("can't be read as a jar");
    Files.delete(bad);
    Files.createDirectory(bad);
    assertThat(leftOut().why()).contains("it is not a file");
    Files.delete(bad);
    Files.createSymbolicLink(bad, temp.resolve("gone"));
    assertThat(leftOut().why()).contains("it is not a file");
  }

  @Test
  void damagedClassesAreLeftOut() throws IOException {
    SourceJar jar = jar("bad").compile();
    assertLeftOut(
        jar.entry("org/example/Example.class", "not a class"), "ClassFormatError", "report it");
  }

  @Test
  void aJarThatNamesNoInstructionIsLeftOut() throws IOException {
    assertLeftOut(new SourceJar().entry("x", "y"), "it has no " + PluginJar.SERVICE);
    assertLeftOut(
        new SourceJar().entry(PluginJar.SERVICE, "# nothing\n\n"), "names none of its own classes");
    assertLeftOut(
        new SourceJar()
            .entry(PluginJar.SERVICE, "dev.millrace.compute.instruction.CountInstruction\n"),
        "names none of its own classes");
  }

  @Test
  void aClassThatIsNotThereIsNamed() throws IOException {
    assertLeftOut(
        new SourceJar().entry(PluginJar.SERVICE, "org.example.Missing\n"),
        "org.example.Missing not found",
        "put all classes that it needs into the jar");
    assertLeftOut(
        jar("\"bad\"", "Helper.usage()", "")
            .source(
                "org/example/Helper.java",
                "package org.example; final class Helper {"
                    + " static String usage() { return \"bad\"; } }")
            .compile()
            .without("org/example/Helper.class"),
        "NoClassDefFoundError",
        "org/example/Helper",
        "put all classes that it needs into the jar");
    assertLeftOut(
        new SourceJar().entry(PluginJar.SERVICE, "no class name\n"), "report it to its maker");
  }

  @Test
  void aClassThatIsNoInstructionIsNamed() throws IOException {
    assertLeftOut(
        new SourceJar().entry(PluginJar.SERVICE, "java.lang.String\n"),
        "names none of its own classes");
    assertLeftOut(
        new SourceJar()
            .source("org/example/Other.java", "package org.example; public final class Other {}")
            .entry(PluginJar.SERVICE, "org.example.Other\n"),
        "org.example.Other not a subtype",
        "implement Instruction");
    assertLeftOut(
        jar("\"bad\"", "\"bad\"", "public Example(int i) {}"),
        "constructor",
        "org.example.Example");
  }

  @Test
  void aClassThatThrowsIsNamed() throws IOException {
    assertLeftOut(
        jar(
            "\"bad\"",
            "\"bad\"",
            "public Example() { throw new IllegalStateException(\"not\\ntoday\"); }"),
        "org.example.Example",
        "could not be instantiated",
        "not\\x0atoday");
    assertLeftOut(
        jar("\"bad\"", "\"bad\"", "static final int N = Integer.parseInt(\"x\");"),
        "ExceptionInInitializerError",
        "NumberFormatException");
    assertLeftOut(
        jar("deeper()", "\"bad\"", "String deeper() { return deeper() + 1; }"),
        "StackOverflowError");
  }

  @Test
  void aClassThatNeverAnswersIsLeftOut() throws IOException {
    assertLeftOut(
        jar(
            "never()",
            "\"bad\"",
            "static String never() { Object o = new Object(); synchronized (o) { while (true) {"
                + " try { o.wait(); } catch (InterruptedException e) { } } } }"),
        "no answer in 100 ms");
  }

  @Test
  void namesThatCannotBeTypedAreRefused() throws IOException {
    for (String name :
        List.of("Tally", "tally ", "", "-tally", "tal_ly", "t.ally", "zähle", "t".repeat(65))) {
      SourceJar bad = jar("\"" + name + "\"", "\"" + name + "\"", "");
      assertLeftOut(bad, "a name that can't be typed", "lower-case letters");
    }
    assertLeftOut(jar("null", "\"bad\"", ""), "a name that can't be typed");
  }

  @Test
  void namesThatAreTakenAreRefused() throws IOException {
    assertLeftOut(
        jar("count"), "its instruction 'count' has the name of one that comes with Millrace");
    jar("same").write(folder.resolve("a.jar"));
    jar("same").write(folder.resolve("bad.jar"));
    jar("good").write(folder.resolve("good.jar"));
    try (Plugins plugins = load()) {
      assertThat(added(plugins)).containsExactly("good", "same");
      assertThat(plugins.instructions().leftOut())
          .singleElement()
          .satisfies(out -> {
            assertThat(out.plugin()).isEqualTo("bad.jar");
            assertThat(out.why()).contains("has the name of one of plug-in a.jar: remove one");
          });
    }
    Files.delete(folder.resolve("a.jar"));
    new SourceJar()
        .source("org/example/One.java", source("One", "\"one\"", "\"one\"", ""))
        .source("org/example/Two.java", source("Two", "\"one\"", "\"one\"", ""))
        .entry(PluginJar.SERVICE, "org.example.One\norg.example.Two\n")
        .write(folder.resolve("bad.jar"));
    assertThat(leftOut().why()).contains("two of its instructions have one name");
  }

  @Test
  void aJarIsTakenAsAWholeOrNotAtAll() throws IOException {
    new SourceJar()
        .source("org/example/One.java", source("One", "\"one\"", "\"one\"", ""))
        .source("org/example/Two.java", source("Two", "\"count\"", "\"count\"", ""))
        .entry(PluginJar.SERVICE, "org.example.One\norg.example.Two\n")
        .write(folder.resolve("bad.jar"));
    leftOut();
  }

  @Test
  void aUsageBeginsWithTheNameAndIsOneLine() throws IOException {
    for (String usage :
        List.of("null", "\"\"", "\"badly [-x]\"", "\"[-x] bad\"", "\"bad\\n[-x]\"")) {
      assertLeftOut(jar("\"bad\"", usage, ""), "usage");
    }
    assertLeftOut(jar("\"bad\"", "\"bad \" + \"x\".repeat(500)", ""), "usage");
    assertThat(leftOut().names()).containsExactly("bad");
  }

  @Test
  void whoAsksForWhatWasLeftOutIsToldWhy() throws IOException {
    jar("\"tally\"", "\"tilly\"", "").write(folder.resolve("bad.jar"));
    Files.writeString(folder.resolve("shout-1.0.jar"), "torn");
    try (Plugins plugins = load()) {
      Instructions all = plugins.instructions();
      assertThatThrownBy(() -> all.find("tally"))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SUCH_PROGRAM))
          .hasMessageContaining("'tally': left out when the node started: plug-in bad.jar: ")
          .hasMessageContaining("usage that does not begin with its name: begin it so");
      assertThatThrownBy(() -> all.find("shout")).hasMessageContaining("plug-in shout-1.0.jar: ");
    }
  }

  @Test
  void asManyJarsAsThereIsRoomForAreLoaded() throws IOException {
    byte[] any = Files.readAllBytes(jar("x").write(temp.resolve("any")));
    for (int i = 0; i < Plugins.JARS; i++) {
      Files.write(folder.resolve("a" + i + ".jar"), any);
    }
    jar("z").write(folder.resolve("z.jar"));
    try (Plugins plugins = load()) {
      assertThat(added(plugins)).containsExactly("x");
      assertThat(plugins.instructions().leftOut().getLast().why())
          .contains("plug-in z.jar: there are 64 before it");
    }
  }

  @Test
  void aFolderThatIsNoneIsSaid() throws IOException {
    Files.delete(folder);
    Files.write(folder, "x".getBytes(UTF_8));
    try (Plugins plugins = load()) {
      assertThat(added(plugins)).isEmpty();
      assertThat(plugins.instructions().leftOut())
          .singleElement()
          .satisfies(out -> assertThat(out.why()).contains("can't be read"));
    }
  }
}

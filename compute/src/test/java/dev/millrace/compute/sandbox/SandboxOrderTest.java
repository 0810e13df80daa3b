package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SandboxOrderTest {
  private static SandboxOrder order(
      List<String> command, Map<String, String> environment, List<ReadOnlyFile> files) {
    return new SandboxOrder(command, environment, files, SandboxLimits.standard(), false);
  }

  private static void refused(Runnable making, String message) {
    assertThatThrownBy(making::run)
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessage(message);
  }

  @Test
  void anOrderNamesAProgram() {
    refused(
        () -> order(List.of(), Map.of(), List.of()),
        "command: it names no program: give a program");
    refused(
        () -> order(List.of("", "x"), Map.of(), List.of()),
        "command: it names no program: give a program");
    refused(
        () -> order(List.of("a", "b\0c"), Map.of(), List.of()),
        "command: it has a NUL character: leave it out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1A", "A B", "A=B", "Ä", "A\n"})
  void variablesHaveNames(String name) {
    assertThatThrownBy(() -> order(List.of("x"), Map.of(name, "v"), List.of()))
        .hasMessageEndingWith(": not a name of a variable: use letters, digits and _");
  }

  @Test
  void whatIsTooMuchIsRefused() {
    refused(
        () -> order(List.of("x", "y".repeat(600_000)), Map.of(), List.of()),
        "command: with its environment it has 600001 characters: give at most 524288, and the rest"
            + " by standard input");
    refused(
        () ->
            order(
                List.of("x"),
                Map.of(),
                Collections.nCopies(257, new ReadOnlyFile(Path.of("/x"), "/program/x"))),
        "program files: 257 are too many: give at most 256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/program/",
        "/program",
        "x",
        "/usr/x",
        "/program/../x",
        "/program/a//b",
        "/program/./a",
        "/program/a/",
        "/program/a\0"
      })
  void filesLieUnderTheirFolder(String inside) {
    assertThatThrownBy(() -> new ReadOnlyFile(Path.of("/x"), inside))
        .hasMessageEndingWith("it is no normal path under /program/: name it /program/NAME");
  }

  @Test
  void filesAreNamedOnceAndWhole() {
    refused(
        () -> new ReadOnlyFile(Path.of("x"), "/program/x"),
        "program file 'x': it is not absolute: give the file's whole path");
    ReadOnlyFile file = new ReadOnlyFile(Path.of("/x"), "/program/x");
    refused(
        () -> order(List.of("x"), Map.of(), List.of(file, file)),
        "program file '/program/x': it is there twice: name it once");
  }

  @Test
  void limitsMakeSense() {
    refused(
        () -> new SandboxLimits(1 << 20, 1, 1, 1 << 20, 1),
        "limit 'memory': 1048576 is too little or too much: give 8 MiB or more");
    refused(
        () -> new SandboxLimits(1 << 30, 0, 1, 1 << 20, 1),
        "limit 'processes': 0 is too little or too much: give 1 or more");
    refused(
        () -> new SandboxLimits(1 << 30, 1, Double.NaN, 1 << 20, 1),
        "limit 'cores': NaN is too little or too much: give 0.01 to 4096");
    refused(
        () -> new SandboxLimits(1 << 30, 1, 1, 0, 1),
        "limit 'scratch': 0 is too little or too much: give 64 KiB or more");
    refused(
        () -> new SandboxLimits(1 << 30, 1, 1, 1 << 20, 0),
        "limit 'time': 0 is too little or too much: give 1 ms or more");
  }
}

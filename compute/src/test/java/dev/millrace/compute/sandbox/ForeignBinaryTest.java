package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForeignBinaryTest {
  @ParameterizedTest
  @CsvSource({
    "7f454c4602010100000000000000000003003e00, AARCH64, x86-64",
    "7f454c460201010000000000000000000300b700, X86_64, AArch64",
    "7f454c4601010100000000000000000002000300, X86_64, 32-bit x86",
    "7f454c4601010100000000000000000002003e00, X86_64, x32",
    "7f454c4601010100000000000000000002002800, AARCH64, 32-bit ARM",
    "7f454c460202010000000000000000000002002b, X86_64, processor number 43",
    "7f454c4602020100000000000000000000020015, X86_64, PowerPC",
    "7f454c46020101, X86_64, no machine: it is cut off",
    "4d5a9000030000000400000000000000b8000000, X86_64, Windows",
    "cffaedfe0c000001000000000200000010000000, AARCH64, 'macOS, or is Java''s byte code'",
    "0061736d01000000010000000000000000000000, X86_64, WebAssembly: run it as a WebAssembly module"
  })
  void programsOfOtherMachinesAreTold(String hex, Architecture here, String platform) {
    assertThat(ForeignBinary.platform(HexFormat.of().parseHex(hex), here)).contains(platform);
  }

  @Test
  void programsOfThisMachineAndScriptsAreNot() throws IOException {
    Architecture here = Architecture.named(System.getProperty("os.arch")).orElseThrow();
    for (String name : new String[] {"/usr/bin/true", "/usr/bin/env", "/usr/bin/perl"}) {
      assertThat(ForeignBinary.platform(Path.of(name), here)).isEmpty();
    }
    for (String script : new String[] {"", "#", "#!/bin/sh\n", "echo hi, this is a script\n"}) {
      assertThat(ForeignBinary.platform(script.getBytes(StandardCharsets.UTF_8), here)).isEmpty();
    }
    assertThat(Files.exists(Path.of("/usr/bin/true"))).isTrue();
  }
}

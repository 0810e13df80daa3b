package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Clock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The seccomp program as this machine's kernel executes it, asked by real system calls.
final class SystemCallsTest {
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final int EAFNOSUPPORT = 97;

  /// Prints the error of each call, or 0; arguments are `NUMBER` or `NUMBER,ARGUMENT`. Perl hands
  /// the address of what is a string to the kernel, so both are made numbers first.
  private static final String ASK =
      "for (@ARGV) { my ($n, $a) = split /,/; $! = 0; syscall(0 + $n, 0 + ($a // 0), 0, 0, 0, 0, 0);"
          + " print 0 + $!, \"\\n\" }";

  @TempDir Path temp;

  @Test
  void theKernelSaysNo() {
    Architecture here = Architecture.named(System.getProperty("os.arch")).orElseThrow();
    TreeMap<String, Integer> expected = new TreeMap<>();
    for (DeniedCall call : DeniedCall.values()) {
      call.number(here).ifPresent(number -> expected.put(Integer.toString(number), EPERM));
    }
    expected.put(here.clone3Call() + "", ENOSYS);
    expected.put(here.cloneCall() + "," + 0x1000_0000, EPERM); // CLONE_NEWUSER
    int vsock = 40;
    expected.put(here.socketCall() + "," + vsock, EAFNOSUPPORT);
    if (here.hasX32()) {
      expected.put(Integer.toString(0x4000_0000 + 39), ENOSYS);
    }
    try (BubblewrapSandbox sandbox =
        new BubblewrapSandbox(temp.resolve("sandbox"), Clock.system())) {
      List<String> command = new ArrayList<>(List.of("perl", "-e", ASK));
      command.addAll(expected.keySet());
      Runs.Outcome outcome = Runs.run(sandbox, Runs.order(command, Runs.LIMITS));
      assertThat(outcome.end()).isEqualTo(new SandboxEnd.Exited(0));
      assertThat(outcome.out().lines().map(Integer::parseInt).toList())
          .as(expected.keySet().stream().collect(Collectors.joining(" ")))
          .isEqualTo(List.copyOf(expected.values()));
    }
  }
}

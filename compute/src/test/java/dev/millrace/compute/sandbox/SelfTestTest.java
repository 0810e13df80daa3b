package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.sandbox.SandboxReport.Property;
import dev.millrace.testkit.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The test of the sandbox, on this machine and on ones that lack something.
final class SelfTestTest {
  @TempDir Path temp;

  private BubblewrapSandbox sandbox(Facts facts, UnaryOperator<List<String>> weakened) {
    return new BubblewrapSandbox(temp.resolve("sandbox"), Clock.system(), facts, weakened);
  }

  private static Property property(SandboxReport report, Trait trait) {
    return report.properties().stream()
        .filter(property -> property.name().equals(trait.title()))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> missing(SandboxReport report) {
    return report.properties().stream()
        .filter(property -> !property.holds())
        .map(Property::name)
        .toList();
  }

  @Test
  void everythingHoldsHere() {
    try (BubblewrapSandbox sandbox = sandbox(new Facts(), Facts.UNCHANGED)) {
      SandboxReport report = sandbox.report();
      assertThat(missing(report)).isEmpty();
      assertThat(report.complete()).isTrue();
      assertThat(report.properties())
          .extracting(Property::name)
          .containsExactlyElementsOf(Arrays.stream(Trait.values()).map(Trait::title).toList());
      assertThat(report.properties()).allMatch(property -> property.remedy().isEmpty());
      assertThat(sandbox.report()).isSameAs(report);
    }
  }

  /// Takes something away from the sandbox, and sees the test notice.
  @ParameterizedTest
  @CsvSource({
    "--unshare-net, , NETWORK",
    "--remount-ro / --clearenv, --clearenv, READ_ONLY",
    "--remount-ro /dev, , READ_ONLY",
    "--proc /proc, --ro-bind / /host --proc /proc, HOST_FILES",
    "--proc /proc, --ro-bind /etc/hostname /etc/hostname --proc /proc, HOST_FILES",
    "--unshare-pid, , PROCESSES",
    "--clearenv, --clearenv --setenv MASTER_KEY x, ENVIRONMENT",
    "--seccomp 9, , SYSTEM_CALLS",
    "--size 1048576 --tmpfs /tmp, --tmpfs /tmp, SCRATCH",
    "--size 1048576 --tmpfs /dev/shm, --tmpfs /dev/shm, SCRATCH",
    "--cap-drop ALL, --cap-add ALL, PRIVILEGES"
  })
  void aSandboxThatIsWeakerIsFoundOut(String part, String instead, Trait trait) {
    UnaryOperator<List<String>> weakened =
        options -> {
          String all = String.join(" ", options);
          assertThat(all).contains(part);
          String changed = all.replace(part, instead == null ? "" : instead).strip();
          return new ArrayList<>(List.of(changed.split(" +")));
        };
    try (BubblewrapSandbox sandbox = sandbox(new Facts(), weakened)) {
      SandboxReport report = sandbox.report();
      assertThat(missing(report)).contains(trait.title());
      assertThat(property(report, trait).detail()).startsWith("broken: ");
      assertThatThrownBy(() -> sandbox.start(Runs.script("true")))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_INCOMPLETE));
    }
  }

  @Test
  void nestedUserNameSpacesAreRefusedWithoutTheFilterToo() {
    UnaryOperator<List<String>> unfiltered =
        options -> {
          List<String> left = new ArrayList<>(options);
          int at = left.indexOf("--seccomp");
          left.subList(at, at + 2).clear();
          return left;
        };
    try (BubblewrapSandbox sandbox = sandbox(new Facts(), unfiltered)) {
      assertThat(property(sandbox.report(), Trait.SYSTEM_CALLS).detail())
          .isEqualTo("broken: mode of the filter of every process: Seccomp:\t0");
    }
  }

  @Test
  void bubblewrapThatIsMissingIsNamedWithItsRemedy() throws Exception {
    SettableClock clock = new SettableClock(0);
    Facts facts = new Facts().without("bwrap");
    try (BubblewrapSandbox sandbox =
        new BubblewrapSandbox(temp.resolve("sandbox"), clock, facts, Facts.UNCHANGED)) {
      String refusal =
          "sandbox, bubblewrap: it is not installed: apt install bubblewrap (Fedora: dnf install"
              + " bubblewrap; Arch: pacman -S bubblewrap) ('millrace doctor' shows all)";
      SandboxReport report = sandbox.report();
      assertThat(report.refusal()).isEqualTo(refusal);
      assertThat(report.properties()).hasSize(Trait.values().length).noneMatch(Property::holds);
      assertThatThrownBy(() -> sandbox.start(Runs.script("true")))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_INCOMPLETE))
          .hasMessage(refusal);
      assertThat(temp.resolve("sandbox")).doesNotExist();

      facts.with("bwrap", Path.of("/usr/bin/bwrap"));
      assertThat(sandbox.report()).isSameAs(report);
      clock.advanceMillis(10_000);
      assertThat(missing(sandbox.report())).isEmpty();
      assertThat(Runs.run(sandbox, "echo hi").out()).isEqualTo("hi\n");
    }
  }

  private Path program(String name, String script) throws IOException {
    Path program = temp.resolve(name);
    Files.writeString(program, script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  @Test
  void userNameSpacesThatAreForbiddenAreNamedWithTheirRemedy() throws IOException {
    // A machine on which nobody may make one, as seen from inside a user name space of its own.
    Path forbidden =
        program(
            "bwrap",
            """
            #!/bin/sh
            exec unshare --user --map-root-user sh -c \\
              'echo 0 > /proc/sys/user/max_user_namespaces; exec bwrap "$@"' bwrap "$@"
            """);
    try (BubblewrapSandbox sandbox =
        sandbox(new Facts().with("bwrap", forbidden), Facts.UNCHANGED)) {
      SandboxReport report = sandbox.report();
      assertThat(property(report, Trait.BUBBLEWRAP).holds()).isTrue();
      Property spaces = property(report, Trait.NAME_SPACES);
      assertThat(spaces.holds()).isFalse();
      assertThat(spaces.detail()).startsWith("bwrap: ").contains("ENOSPC");
      assertThat(spaces.remedy()).contains("sysctl -w user.max_user_namespaces=10000");
      assertThat(report.refusal()).startsWith("sandbox, name spaces: bwrap: ");
      assertThat(property(report, Trait.NETWORK).detail()).isEqualTo("not tested");
    }
  }

  @Test
  void aSandboxThatAppArmorForbidsIsNamedWithItsRemedy() throws IOException {
    Path forbidden =
        program(
            "bwrap",
            "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n");
    Facts facts =
        new Facts()
            .with("bwrap", forbidden)
            .setting("kernel/apparmor_restrict_unprivileged_userns", "1");
    try (BubblewrapSandbox sandbox = sandbox(facts, Facts.UNCHANGED)) {
      assertThat(sandbox.report().refusal())
          .startsWith("sandbox, name spaces: bwrap: setting up uid map: Permission denied: let")
          .contains("/etc/apparmor.d/bwrap");
    }
  }

  @ParameterizedTest
  @CsvSource({"memory, MEMORY", "pids, PROCESS_LIMIT", "cpu, PROCESSOR_LIMIT"})
  void aControllerThatIsMissingIsNamedWithItsRemedy(String controller, Trait trait) {
    Facts facts = new Facts();
    String less =
        facts
            .mounts()
            .lines()
            .filter(line -> !line.endsWith("," + controller))
            .reduce("", (a, b) -> a + b + "\n");
    assertThat(less).isNotEqualTo(facts.mounts());
    try (BubblewrapSandbox sandbox = sandbox(facts.mounts(less), Facts.UNCHANGED)) {
      SandboxReport report = sandbox.report();
      assertThat(missing(report)).containsExactly(trait.title());
      assertThat(property(report, trait).detail())
          .isEqualTo("no controller '" + controller + "' for control groups version 1");
      assertThat(property(report, trait).remedy()).contains("mkdir -p /sys/fs/cgroup/");
    }
  }

  @Test
  void withoutControlGroupsTheRestHoldsStill() {
    try (BubblewrapSandbox sandbox = sandbox(new Facts().mounts(""), Facts.UNCHANGED)) {
      assertThat(missing(sandbox.report()))
          .containsExactly(
              Trait.MEMORY.title(), Trait.PROCESS_LIMIT.title(), Trait.PROCESSOR_LIMIT.title());
    }
  }

  @Test
  void whatElseAMachineCanLackIsNamed() {
    try (BubblewrapSandbox sandbox = sandbox(new Facts().without("setpriv"), Facts.UNCHANGED)) {
      assertThat(sandbox.report().refusal())
          .contains("setpriv, by which root gives up its rights, is not installed");
    }
    try (BubblewrapSandbox sandbox = sandbox(new Facts().architecture("sparc"), Facts.UNCHANGED)) {
      assertThat(sandbox.report().refusal()).contains("no filter for the architecture sparc");
    }
    Facts nowhere = new Facts().publicFolders(List.of(Path.of("/proc/none")));
    try (BubblewrapSandbox sandbox = sandbox(nowhere, Facts.UNCHANGED)) {
      assertThat(sandbox.report().refusal()).contains("none of [/proc/none] can be made");
    }
  }
}

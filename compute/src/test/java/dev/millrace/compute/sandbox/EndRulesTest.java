package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compute.sandbox.EndRules.Cause;
import dev.millrace.compute.sandbox.EndRules.Seen;
import org.junit.jupiter.api.Test;

final class EndRulesTest {
  private static final SandboxLimits LIMITS = SandboxLimits.standard();

  private static SandboxEnd end(int status, boolean ran, Cause cause, boolean oom, String said) {
    return EndRules.end(new Seen(status, ran, cause, oom, said), LIMITS);
  }

  @Test
  void aProgramThatRanEndsByItself() {
    assertThat(end(0, true, Cause.NONE, false, "")).isEqualTo(new SandboxEnd.Exited(0));
    assertThat(end(97, true, Cause.NONE, false, "")).isEqualTo(new SandboxEnd.Exited(97));
    assertThat(end(128, true, Cause.NONE, false, "")).isEqualTo(new SandboxEnd.Exited(128));
    assertThat(end(129, true, Cause.NONE, false, "")).isEqualTo(new SandboxEnd.Signalled(1));
    assertThat(end(192, true, Cause.NONE, false, "")).isEqualTo(new SandboxEnd.Signalled(64));
    assertThat(end(193, true, Cause.NONE, false, "")).isEqualTo(new SandboxEnd.Exited(193));
  }

  @Test
  void whatTheSandboxDidGoesBeforeWhatTheProgramDid() {
    assertThat(end(0, true, Cause.OUT_OF_TIME, true, ""))
        .isEqualTo(new SandboxEnd.OutOfTime(LIMITS.timeMillis()));
    assertThat(end(0, true, Cause.NONE, true, ""))
        .isEqualTo(new SandboxEnd.OutOfMemory(LIMITS.memoryBytes()));
    assertThat(end(137, false, Cause.OUT_OF_MEMORY, false, ""))
        .isEqualTo(new SandboxEnd.OutOfMemory(LIMITS.memoryBytes()));
    assertThat(end(137, false, Cause.KILLED, false, "")).isEqualTo(new SandboxEnd.Signalled(9));
    assertThat(end(137, false, Cause.NONE, false, "")).isEqualTo(new SandboxEnd.Signalled(9));
  }

  @Test
  void aProgramThatNeverRanSaysWhy() {
    assertThat(end(1, false, Cause.NONE, false, "bwrap: execvp x: No such file or directory\n"))
        .isEqualTo(new SandboxEnd.Exited(127));
    assertThat(end(1, false, Cause.NONE, false, "bwrap: execvp x: Permission denied\n"))
        .isEqualTo(new SandboxEnd.Exited(126));
    assertThat(end(97, false, Cause.NONE, false, "sh: 7: cannot create x\nmore\n"))
        .isEqualTo(new SandboxEnd.Refused("sh: 7: cannot create x"));
    assertThat(end(1, false, Cause.NONE, false, ""))
        .isEqualTo(new SandboxEnd.Refused("it ended without a word"));
  }
}

package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compute.sandbox.SandboxReport.Property;
import org.junit.jupiter.api.Test;

final class ProbeTest {
  private static final SandboxEnd DONE = new SandboxEnd.Exited(0);

  private static Property network(String output) {
    return Probe.parse(output).property(Trait.NETWORK, DONE);
  }

  @Test
  void oneAttemptThatSucceededBreaksTheProperty() {
    Property property = network("held network a\nbroke network b c\nheld network d\nend\n");
    assertThat(property.holds()).isFalse();
    assertThat(property.detail()).isEqualTo("broken: b c");
    assertThat(property.remedy()).isEqualTo(Remedies.REPORT);
  }

  @Test
  void attemptsThatFailedHoldIt() {
    assertThat(network("held network a b\nend\n"))
        .isEqualTo(new Property("network", true, "a b", ""));
    assertThat(network("held network a\nheld network b\nbroke scratch x\nend\n"))
        .isEqualTo(new Property("network", true, "a, and 1 more", ""));
  }

  @Test
  void aLookThatGotNowhereProvesNothing() {
    assertThat(network("").holds()).isFalse();
    assertThat(network("held scratch a\nend\n").holds()).isFalse();
    assertThat(network("held network a\n").holds()).isFalse();
    assertThat(Probe.parse("held network a\n").property(Trait.NETWORK, new SandboxEnd.Exited(2)))
        .extracting(Property::detail)
        .isEqualTo("the test got nowhere: Exited[code=2]");
  }

  @Test
  void onlyVariablesThatWereGivenMayBeSeen() {
    Property clean =
        Probe.parse("variable PATH=/x\nvariable PWD=/\nvariable \nend\n").environment(DONE);
    assertThat(clean.holds()).isFalse(); // a line without a name is strange
    assertThat(Probe.parse("variable PATH=/x\nvariable PWD=/\nend\n").environment(DONE).holds())
        .isTrue();
    assertThat(Probe.parse("variable PATH=/x\nvariable KEY=s\nend\n").environment(DONE).detail())
        .isEqualTo("broken: these can be read: [KEY]");
    assertThat(Probe.parse("end\n").environment(DONE).holds()).isFalse();
  }
}

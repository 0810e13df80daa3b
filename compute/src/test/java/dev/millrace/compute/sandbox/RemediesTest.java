package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RemediesTest {
  private static final String UID_MAP = "bwrap: setting up uid map: Permission denied";

  @Test
  void theSettingThatForbidsIsNamed() {
    assertThat(Remedies.nameSpaces("x", new Facts().setting("user/max_user_namespaces", "0")))
        .contains("sysctl -w user.max_user_namespaces=10000");
    assertThat(
            Remedies.nameSpaces("x", new Facts().setting("kernel/unprivileged_userns_clone", "0")))
        .contains("sysctl -w kernel.unprivileged_userns_clone=1");
    assertThat(
            Remedies.nameSpaces(
                UID_MAP, new Facts().setting("kernel/apparmor_restrict_unprivileged_userns", "1")))
        .contains("/etc/apparmor.d/bwrap", "  userns,\\n", "apparmor_parser -r");
  }

  @Test
  void otherwiseTheComplaintTells() {
    assertThat(Remedies.nameSpaces(UID_MAP, new Facts())).contains("container");
    assertThat(
            Remedies.nameSpaces(
                "bwrap: Creating new namespace failed: nesting depth exceeded (ENOSPC)",
                new Facts()))
        .contains("max_user_namespaces");
    assertThat(
            Remedies.nameSpaces(
                "bwrap: No permissions to create new namespace, likely", new Facts()))
        .contains("forbids user name spaces");
    assertThat(Remedies.nameSpaces("bwrap: Unknown option --disable-userns", new Facts()))
        .contains("0.8.0 or later");
    assertThat(Remedies.nameSpaces("bwrap: odd", new Facts())).isEqualTo(Remedies.REPORT);
  }
}

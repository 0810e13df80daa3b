package dev.millrace.compute.sandbox;

/// What the owner of a machine can do where the sandbox lacks something.
final class Remedies {
  static final String INSTALL_BUBBLEWRAP =
      "apt install bubblewrap (Fedora: dnf install bubblewrap; Arch: pacman -S bubblewrap)";
  static final String INSTALL_UTIL_LINUX =
      "apt install util-linux (elsewhere: the package that has setpriv)";
  static final String REPORT =
      "update bubblewrap and the kernel; if it stays, report this with the version of both";

  private static final String APPARMOR_SETTING = "kernel/apparmor_restrict_unprivileged_userns";
  private static final String CLONE_SETTING = "kernel/unprivileged_userns_clone";
  private static final String COUNT_SETTING = "user/max_user_namespaces";

  private static final String APPARMOR =
      """
      let AppArmor allow bubblewrap its name spaces; as root:
      printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap \
      flags=(unconfined) {\\n  userns,\\n}\\n' > /etc/apparmor.d/bwrap && \
      apparmor_parser -r /etc/apparmor.d/bwrap
      (or the distribution's own profile, bwrap-userns-restrict, of apparmor-profiles)\
      """;

  private static final String CONTAINER =
      """
      this is probably a container, which hides parts of /proc or forbids name spaces:
      run the node outside, or docker run --security-opt seccomp=unconfined \
      --security-opt systempaths=unconfined --security-opt apparmor=unconfined …\
      """;

  private Remedies() {}

  /// For a sandbox that could not be set up.
  ///
  /// @param why bubblewrap's complaint
  static String nameSpaces(String why, MachineFacts facts) {
    if (facts.setting(COUNT_SETTING).filter("0"::equals).isPresent()) {
      return "as root: sysctl -w user.max_user_namespaces=10000, and the same in /etc/sysctl.d";
    }
    if (facts.setting(CLONE_SETTING).filter("0"::equals).isPresent()) {
      return "as root: sysctl -w kernel.unprivileged_userns_clone=1, and the same in /etc/sysctl.d";
    }
    if (why.contains("Unknown option")) {
      return "update bubblewrap: it takes 0.8.0 or later (Debian 12, Ubuntu 24.04, Fedora 38)";
    }
    boolean denied = why.contains("Permission denied") || why.contains("not permitted");
    if (denied && facts.setting(APPARMOR_SETTING).filter("1"::equals).isPresent()) {
      return APPARMOR;
    }
    if (why.contains("ENOSPC") || why.contains("No space left on device")) {
      return "user name spaces are used up or forbidden: as root: sysctl -w"
          + " user.max_user_namespaces=10000, and the same in /etc/sysctl.d";
    }
    if (why.contains("No permissions to create")) {
      return "the kernel or a container forbids user name spaces to this user: as root: sysctl -w"
          + " kernel.unprivileged_userns_clone=1; in a container, run the node outside";
    }
    return denied || why.contains("mount proc") ? CONTAINER : REPORT;
  }
}

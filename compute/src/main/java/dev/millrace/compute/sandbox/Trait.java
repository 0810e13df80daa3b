package dev.millrace.compute.sandbox;

/// What a sandbox has to keep, in the order in which a report lists it.
enum Trait {
  BUBBLEWRAP("bubblewrap", ""),
  NAME_SPACES("name spaces", ""),
  NETWORK("network", "network"),
  READ_ONLY("read-only files", "read-only"),
  HOST_FILES("files of this machine", "host-files"),
  PROCESSES("other processes", "processes"),
  ENVIRONMENT("environment of the node", ""),
  PRIVILEGES("privileges", "privileges"),
  SYSTEM_CALLS("system calls", "system-calls"),
  SCRATCH("scratch size", "scratch"),
  MEMORY("memory limit", ""),
  PROCESS_LIMIT("process limit", ""),
  PROCESSOR_LIMIT("processor limit", ""),
  KILL("kill", "");

  private final String title;
  private final String key;

  Trait(String title, String key) {
    this.title = title;
    this.key = key;
  }

  /// For people.
  String title() {
    return title;
  }

  /// In what `look.sh` prints; empty for what is tried elsewhere.
  String key() {
    return key;
  }
}

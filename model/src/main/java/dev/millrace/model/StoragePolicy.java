package dev.millrace.model;

import dev.millrace.base.Check;

/// How a bucket's bytes are made redundant.
public sealed interface StoragePolicy {
  /// `copies` whole copies on as many nodes.
  record Replicated(int copies) implements StoragePolicy {
    public Replicated {
      Check.that(copies >= 1 && copies <= 8, "replicated(%d)", copies);
    }

    @Override
    public String toString() {
      return "replicated(" + copies + ")";
    }
  }

  /// Reed-Solomon: `data` + `parity` volumes on as many nodes.
  record Erasure(int data, int parity) implements StoragePolicy {
    public Erasure {
      Check.that(data >= 1 && data <= 16 && parity >= 1 && parity <= 4, "%d+%d", data, parity);
    }

    @Override
    public String toString() {
      return "erasure(" + data + "," + parity + ")";
    }
  }
}

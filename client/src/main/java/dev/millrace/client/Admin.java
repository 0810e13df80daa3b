package dev.millrace.client;

import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeInfo;
import java.util.List;

/// What the owner of a home can do.
public interface Admin {
  List<NodeInfo> nodes();

  /// Takes a further folder (on a disk of its own) into service, while running. The folder is made
  /// when it isn't there; a folder of another home is refused.
  DiskInfo addDisk(String path);

  /// Makes a new master key and wraps every data key with it.
  KeyRotation rotateKey();

  /// What a rotation did.
  ///
  /// @param masterKeyNumber the new key
  /// @param rewrapped data keys wrapped anew; file bytes are not touched
  record KeyRotation(int masterKeyNumber, long rewrapped) {}

  /// Reads every chunk and verifies its CRC32C.
  ScrubReport scrub();

  /// What a scrub found.
  ///
  /// @param damaged one line for each damaged chunk: its id, file and offset
  record ScrubReport(long chunks, long bytes, List<String> damaged) {
    public ScrubReport {
      damaged = List.copyOf(damaged);
    }
  }

  /// Tests whether this node can run programs of others apart from everything else on its machine.
  /// Takes about a second the first time.
  Checkup doctor();

  /// What the test found.
  ///
  /// @param sandbox one row for each property of the sandbox
  record Checkup(List<Finding> sandbox) {
    public Checkup {
      sandbox = List.copyOf(sandbox);
    }

    /// True when everything holds.
    public boolean complete() {
      return sandbox.stream().allMatch(Finding::holds);
    }
  }

  /// One property.
  ///
  /// @param detail what was tried and seen, one line
  /// @param remedy what to do when it doesn't hold, possibly several lines; empty when it holds
  record Finding(String name, boolean holds, String detail, String remedy) {}
}

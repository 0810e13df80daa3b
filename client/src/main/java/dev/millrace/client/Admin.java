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
}

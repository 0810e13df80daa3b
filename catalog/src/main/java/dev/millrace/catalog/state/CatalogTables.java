package dev.millrace.catalog.state;

/// The tables, and the way to change them: one log entry at a time, whole or not at all. One
/// writer.
public interface CatalogTables extends CatalogView {
  /// Which log entry was the last one executed.
  ///
  /// @param index -1 before the first
  record Applied(long term, long index) {
    public static final Applied NOTHING = new Applied(0, -1);
  }

  /// Makes the changes of one log entry, and the mark that it was executed, in one step.
  void write(Overlay changes, Applied after);

  Applied applied();
}

package dev.millrace.catalog.state;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.net.CatalogCommand;
import java.util.ArrayList;
import java.util.List;

/// The state machine without its surroundings: executes the commands of log entries, in order, on
/// the tables. One thread.
///
/// A command is decided against the tables as the commands before it left them, in the same entry
/// too ([Overlay]); a refused command changes nothing. The entry's changes and its index are then
/// written in one step. The same entries on the same tables give the same tables and the same
/// answers, byte for byte, on every node and every time.
public final class CatalogCore {
  private final CatalogTables tables;
  private final RecentChanges recent;

  /// A core of whose changes nobody asks.
  public CatalogCore(CatalogTables tables) {
    this(tables, new RecentChanges(new Id128(0, 0)));
  }

  /// A core that says what it changes.
  ///
  /// @param recent told of it
  public CatalogCore(CatalogTables tables, RecentChanges recent) {
    this.tables = tables;
    this.recent = recent;
  }

  /// What became of a command.
  public sealed interface Outcome {
    /// It was executed.
    ///
    /// @param result as the command says
    record Executed(Object result) implements Outcome {}

    record Refused(ErrorCode code, String message) implements Outcome {}
  }

  /// Executes an entry; one that was executed before is passed over, with no outcomes.
  ///
  /// @throws MillraceException CORRUPT_CATALOG, IO_ERROR or DISK_FULL when the tables fail: nothing
  ///   of the entry was executed, and no later entry may be
  public List<Outcome> apply(CatalogTables.Applied at, EntryCodec.Entry entry) {
    if (at.index() <= tables.applied().index()) {
      return List.of();
    }
    Overlay overlay = new Overlay(tables);
    Replay replay = new Replay(overlay, entry.format());
    List<Outcome> outcomes = new ArrayList<>(entry.commands().size());
    for (CatalogCommand<?> command : entry.commands()) {
      outcomes.add(execute(command, entry, overlay, replay));
    }
    recent.begin(overlay.changes(Table.OBJECTS).keySet());
    tables.write(overlay, at);
    recent.end();
    return outcomes;
  }

  /// Notes an entry that has no commands (Raft's own).
  public void skip(CatalogTables.Applied at) {
    if (at.index() > tables.applied().index()) {
      tables.write(new Overlay(tables), at);
    }
  }

  private static Outcome execute(
      CatalogCommand<?> command, EntryCodec.Entry entry, Overlay overlay, Replay replay) {
    List<CatalogRecord> records = new ArrayList<>();
    Object result;
    try {
      result = new Decider(overlay, entry.timeMillis(), entry.format(), records).decide(command);
    } catch (MillraceException e) {
      if (e.code().kind() != ErrorCode.Kind.USER || e.code() == ErrorCode.HOME_VERSION) {
        throw e;
      }
      Check.that(e.getMessage() != null, "a refusal without a message");
      return new Outcome.Refused(e.code(), String.valueOf(e.getMessage()));
    }
    records.forEach(replay::replay);
    return new Outcome.Executed(result);
  }
}

package dev.millrace.net;

/// The catalog, wherever its masters run. Thread-safe; calls block.
///
/// Failures, all `MillraceException`: the command's own (NO_SUCH_BUCKET …), DISK_FULL, UNAVAILABLE
/// or NOT_LEADER (nothing was decided), TIMEOUT (the command may or may not have been executed).
public interface Catalog extends AutoCloseable {
  /// Executes a command. On return it is durable and every later query sees it.
  <R> R execute(CatalogCommand<R> command);

  /// Answers a query linearizably: it sees every command that was acknowledged before the call.
  <R> R query(CatalogQuery<R> query);

  @Override
  void close();
}

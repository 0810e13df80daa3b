package dev.millrace.client;

/// Everything a person or a program can ask of Millrace: the same whether the node runs in this
/// process or is reached over its API. Thread-safe. All failures are `MillraceException`.
public interface Millrace extends AutoCloseable {
  Files files();

  Jobs jobs();

  Admin admin();

  @Override
  void close();
}

package dev.millrace.node;

import dev.millrace.client.Admin;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.client.Millrace;

/// A Millrace that closes other things with itself.
record ClosingMillrace(Millrace inner, Closing closing) implements Millrace {
  @Override
  public Files files() {
    return inner.files();
  }

  @Override
  public Jobs jobs() {
    return inner.jobs();
  }

  @Override
  public Admin admin() {
    return inner.admin();
  }

  @Override
  public void close() {
    closing.close();
  }
}

package dev.millrace.console.api;

import dev.millrace.client.Admin;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.client.Millrace;

/// Millrace in memory: small, whole, and able to fail on demand.
final class FakeMillrace implements Millrace {
  final FakeFiles files = new FakeFiles();
  final FakeJobs jobs = new FakeJobs();
  final FakeAdmin admin = new FakeAdmin();

  @Override
  public Files files() {
    return files;
  }

  @Override
  public Jobs jobs() {
    return jobs;
  }

  @Override
  public Admin admin() {
    return admin;
  }

  @Override
  public void close() {}
}

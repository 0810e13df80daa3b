package dev.millrace.client.remote;

import dev.millrace.client.Admin;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.client.Millrace;
import dev.millrace.client.api.BearerToken;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Millrace on a running node, reached over its API: the same results and the same failures, code
/// and message, as in the node itself. A node that cannot be reached is UNAVAILABLE. Connects at
/// the first call.
public final class RemoteMillrace implements Millrace {
  private final Api api;
  private final RemoteFiles files;
  private final RemoteJobs jobs;
  private final RemoteAdmin admin;

  /// @param node `http://host:port`
  public RemoteMillrace(URI node, BearerToken token) {
    this(node, Optional.empty(), token);
  }

  /// @param socket where the node listens on this machine, if it does: tried first
  public RemoteMillrace(URI node, Optional<Path> socket, BearerToken token) {
    this.api = new Api(node, socket, token);
    this.files = new RemoteFiles(api);
    this.jobs = new RemoteJobs(api);
    this.admin = new RemoteAdmin(api);
  }

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

  /// Breaks off calls that are under way.
  @Override
  public void close() {
    api.close();
  }
}

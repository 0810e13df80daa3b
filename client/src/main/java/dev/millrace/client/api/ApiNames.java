package dev.millrace.client.api;

/// Paths and header names that both ends spell.
public final class ApiNames {
  public static final String ROOT = "/api/v1";

  /// Metadata of a version as a JSON object of texts, in base 64.
  public static final String METADATA = "x-millrace-metadata";

  /// One name of metadata follows, for clients without JSON at hand.
  public static final String METADATA_PREFIX = "x-millrace-meta-";

  /// The length that a body sent in chunks is to have; another is INCOMPLETE_BODY.
  public static final String EXPECTED_BYTES = "x-millrace-expected-bytes";

  /// A [SharedFile] that the node reads an upload from, or writes a download to: only over its own
  /// socket. The answer is lines of [TransferLine].
  public static final String SHARED_FILE = "x-millrace-file";

  /// The version that an answer shows.
  public static final String VERSION = "x-millrace-version";

  /// A long poll takes at most this long; a client that wants more asks again.
  public static final long POLL_MILLIS = 20_000;

  private ApiNames() {}
}

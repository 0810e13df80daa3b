package dev.millrace.compute.worker;

import dev.millrace.model.Stored;

/// What the inputs of a job hold. Thread-safe.
@FunctionalInterface
public interface Contents {
  /// What an input holds; may have to look it up.
  ///
  /// @param input its number in the job, from 0
  /// @throws dev.millrace.base.MillraceException NO_SUCH_VERSION and the like, when it was
  ///   destroyed since the job was accepted
  Stored of(int input);
}

package dev.millrace.model;

/// How an attempt of a task failed, for a person.
///
/// @param attempt which try it was, from 1
/// @param inputOffset first byte of its piece in what its stage reads
/// @param inputBytes length of its piece
/// @param message `what: why: what to do`
/// @param log the end of what the attempt wrote to standard error
public record TaskFailure(
    TaskId task,
    int attempt,
    NodeId node,
    long inputOffset,
    long inputBytes,
    FailureKind kind,
    String message,
    String log) {}

package dev.millrace.model;

import java.util.Optional;

/// A job as a person sees it now.
///
/// @param job its spec without inputs, of which there may be many: they are part of an explanation
/// @param revision grows with every change; pass it to wait for the next
/// @param stage which stage runs, 0 for the pieces of the input; bytes and pieces are of this stage
/// @param inputBytesDone of `inputBytesTotal`, counted when a piece is finished or reports
/// @param piecesDone of `piecesTotal`
/// @param piecesFailed of `piecesTotal`: given up
/// @param bytesPerSecond over the last seconds; 0 before the first report
/// @param remaining absent while there is no ground for an estimate
/// @param stall which task reads nothing, when one has not for a minute
/// @param outputBytes of the answer that are in order and can be read already; of an answer that is
///   files all, when they are published
public record JobProgress(
    Job job,
    long revision,
    int stage,
    long inputBytesDone,
    long inputBytesTotal,
    int piecesDone,
    int piecesFailed,
    int piecesTotal,
    long bytesPerSecond,
    Optional<Remaining> remaining,
    Optional<String> stall,
    long outputBytes) {
  public JobProgress {
    job = job.withoutInputs();
  }
}

package dev.millrace.compute.worker;

import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Segment;
import dev.millrace.model.JobId;
import dev.millrace.model.Priority;
import dev.millrace.model.Stored;
import java.util.List;

/// One task as a worker gets it.
///
/// @param segments what of which input; as many as `contents`
/// @param contents the input of each segment
/// @param inputs of the whole job
/// @param order how its part of the answer is written
/// @param last whether it is the last piece of the job
/// @param priority of the job
public record TaskOrder(
    JobId job,
    Call call,
    Piece piece,
    List<Segment> segments,
    List<Stored> contents,
    int inputs,
    WriteOrder order,
    boolean last,
    Priority priority) {
  public TaskOrder {
    segments = List.copyOf(segments);
    contents = List.copyOf(contents);
  }
}

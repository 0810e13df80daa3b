package dev.millrace.compute.instruction;

import dev.millrace.base.Bytes;
import dev.millrace.base.Text;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A digest that can't be put together from parts, so each input is one run.
///
/// @param algorithm as the JDK names it
record DigestCall(String algorithm) implements Call {
  @Override
  public Split split() {
    return new Split.WholeFile();
  }

  @Override
  public Combine combine() {
    return new Combine.Aggregate(this::reduce);
  }

  @Override
  public boolean tellsOneInputFromSeveral() {
    return false;
  }

  @Override
  public Optional<Bytes> moved(Bytes state, int by) {
    int segmentBytes = Integer.BYTES + newDigest().getDigestLength();
    return Optional.of(SegmentStates.moved(state, segmentBytes, by));
  }

  @Override
  public Bytes run(PieceInput input, OutputStream output, TaskContext context) {
    MessageDigest digest = newDigest();
    byte[] buffer = context.buffer();
    int segmentBytes = Integer.BYTES + digest.getDigestLength();
    ByteBuffer state = ByteBuffer.allocate(input.segments().size() * segmentBytes);
    for (Segment segment : input.segments()) {
      if (segment.lengthBytes() == 0) {
        continue; // not in the state, however many there are
      }
      long position = 0;
      while (position < segment.lengthBytes()) {
        int n = input.read(segment, position, buffer, 0, buffer.length);
        digest.update(buffer, 0, n);
        position += n;
      }
      state.putInt(segment.input()).put(digest.digest());
    }
    return Bytes.copyOf(state.array(), 0, state.position());
  }

  private void reduce(List<Combine.InputFile> inputs, List<TaskResult> results, OutputStream answer)
      throws IOException {
    byte[] ofNothing = newDigest().digest();
    byte[][] digests = new byte[inputs.size()][];
    Arrays.fill(digests, ofNothing); // for empty inputs
    for (TaskResult result : results) {
      ByteBuffer state = ByteBuffer.wrap(result.state().toArray());
      while (state.hasRemaining()) {
        int input = state.getInt();
        digests[input] = new byte[ofNothing.length];
        state.get(digests[input]);
      }
    }
    for (int i = 0; i < digests.length; i++) {
      ChecksumLine.print(answer, Text.hex(digests[i]), inputs.get(i).label());
    }
  }

  private MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: every JDK has " + algorithm, e);
    }
  }
}

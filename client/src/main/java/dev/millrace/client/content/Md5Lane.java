package dev.millrace.client.content;

import dev.millrace.base.Limits;
import dev.millrace.base.Text;
import dev.millrace.wire.SealedChunk;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The MD5 of one stream, computed in order on a thread that is not the stream's. A step at a time,
/// so that many streams share few threads fairly. Steps hold buffers, which bounds their number.
final class Md5Lane {
  /// @param after runs when the step is done, on the lane's thread
  @SuppressWarnings("ArrayRecordComponent") // bulk bytes, lent; never compared
  private record Step(byte[] buffer, int from, int to, Runnable after) {}

  private final Executor cpu;
  private final MessageDigest digest;
  private final Deque<Step> steps = new ArrayDeque<>();
  private boolean running;

  Md5Lane(Executor cpu) {
    this.cpu = cpu;
    try {
      this.digest = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: every JDK has MD5", e);
    }
  }

  /// Digests plaintext bytes `from` to `to` of a chunk's buffer, whose frames have gaps for their
  /// tags between them.
  void add(byte[] buffer, int from, int to, Runnable after) {
    synchronized (steps) {
      steps.add(new Step(buffer, from, to, after));
      if (running) {
        return;
      }
      running = true;
    }
    cpu.execute(this::next);
  }

  private void next() {
    Step step = poll();
    if (step != null) {
      update(step.buffer(), step.from(), step.to());
      step.after().run();
      cpu.execute(this::next);
    }
  }

  private @Nullable Step poll() {
    synchronized (steps) {
      Step step = steps.poll();
      running = step != null;
      return step;
    }
  }

  /// Digests at once, on the caller's thread; only before the first [#add] or after the last was
  /// done.
  void update(byte[] buffer, int from, int to) {
    for (int at = from; at < to; ) {
      int inFrame = at % Limits.FRAME_BYTES;
      int length = Math.min(to - at, Limits.FRAME_BYTES - inFrame);
      digest.update(
          buffer, at / Limits.FRAME_BYTES * SealedChunk.SEALED_FRAME_BYTES + inFrame, length);
      at += length;
    }
  }

  /// The digest in hexadecimal; once, after the last step was done.
  String finish() {
    return Text.hex(digest.digest());
  }
}

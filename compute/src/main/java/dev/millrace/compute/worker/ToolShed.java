package dev.millrace.compute.worker;

import java.util.ArrayDeque;
import java.util.Deque;

/// Tools that wait for the next task; the ones used last are lent first. Thread-safe.
final class ToolShed implements AutoCloseable {
  private final int most;
  private final Deque<TaskTools> idle = new ArrayDeque<>();

  /// @param most how many are kept when nobody uses them
  ToolShed(int most) {
    this.most = most;
  }

  synchronized TaskTools take() {
    TaskTools tools = idle.poll();
    return tools == null ? new TaskTools() : tools;
  }

  void giveBack(TaskTools tools) {
    if (!keep(tools)) {
      tools.close();
    }
  }

  private synchronized boolean keep(TaskTools tools) {
    if (idle.size() >= most) {
      return false;
    }
    idle.push(tools);
    return true;
  }

  /// Closes those that nobody uses.
  @Override
  public synchronized void close() {
    idle.forEach(TaskTools::close);
    idle.clear();
  }
}

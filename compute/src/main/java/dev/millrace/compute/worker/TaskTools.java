package dev.millrace.compute.worker;

import dev.millrace.base.ByteUnits;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What tasks use one after the other, costly to make. Belongs to one task at a time.
final class TaskTools implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskTools.class);
  private static final int BUFFER_BYTES = (int) ByteUnits.MIB;

  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Map<Class<?>, AutoCloseable> kept = new HashMap<>();

  byte[] buffer() {
    return buffer;
  }

  <T extends AutoCloseable> T kept(Class<T> type, Supplier<T> make) {
    return type.cast(kept.computeIfAbsent(type, _ -> make.get()));
  }

  @Override
  public void close() {
    for (AutoCloseable resource : kept.values()) {
      try {
        resource.close();
      } catch (Exception e) {
        LOG.warn("event=tools-close-failed resource={}", resource.getClass().getName(), e);
      }
    }
  }
}

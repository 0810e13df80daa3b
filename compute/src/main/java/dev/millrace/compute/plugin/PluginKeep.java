package dev.millrace.compute.plugin;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.MillraceException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the plug-ins' tasks of one slot use one after the other, kept by the slot. Belongs to the
/// slot's thread.
final class PluginKeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PluginKeep.class);
  private static final int BUFFER_BYTES = (int) ByteUnits.MIB;

  private final Map<Plugin, Kept> byPlugin = new HashMap<>();

  /// What one plug-in has. Belongs to the thread of the call that runs.
  static final class Kept {
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Map<Class<?>, AutoCloseable> things = new HashMap<>();

    byte[] buffer() {
      return buffer;
    }

    /// Null when the plug-in makes nothing.
    <T extends AutoCloseable> T get(Class<T> type, Supplier<T> make) {
      return type.cast(things.computeIfAbsent(type, _ -> make.get()));
    }

    private boolean close() throws Exception {
      for (AutoCloseable thing : things.values()) {
        thing.close();
      }
      return true;
    }
  }

  Kept of(Plugin plugin) {
    return byPlugin.computeIfAbsent(plugin, _ -> new Kept());
  }

  /// Gives up what a call that was left behind may still use.
  void forget(Plugin plugin) {
    byPlugin.remove(plugin);
  }

  @Override
  public void close() {
    byPlugin.forEach((plugin, kept) -> {
      if (kept.things.isEmpty()) {
        return;
      }
      try {
        new ForeignCall<Boolean>(plugin, "", "closing what it kept").answer(kept::close);
      } catch (MillraceException e) {
        LOG.warn("event=slot-close-failed plugin={} why={}", plugin.jar(), e.getMessage());
      }
    });
    byPlugin.clear();
  }
}

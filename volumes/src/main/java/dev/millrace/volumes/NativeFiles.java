package dev.millrace.volumes;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The calls of the C library that the JDK doesn't have. Loaded at the first use only: it costs
/// tens of milliseconds, which a command that only lists must not pay.
@SuppressWarnings(
    "restricted") // calling the C library is the purpose; each signature is from its manual page
final class NativeFiles {
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 02000000;
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;
  private static final int ENOSYS = 38;
  private static final int EOPNOTSUPP = 95;
  private static final long MESSAGE_BYTES = 256;
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final Optional<NativeFiles> LINUX = load();

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle fallocate;
  private final MethodHandle strerror;

  private NativeFiles(Linker linker, SymbolLookup libc) {
    Linker.Option errno = Linker.Option.captureCallState("errno");
    open =
        linker.downcallHandle(
            libc.findOrThrow("open"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            errno);
    close =
        linker.downcallHandle(
            libc.findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    fallocate =
        linker.downcallHandle(
            libc.findOrThrow("fallocate"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG),
            errno);
    strerror =
        linker.downcallHandle(
            libc.findOrThrow("strerror"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  }

  /// The calls, or empty where they aren't to be had (not Linux, native access denied).
  static Optional<NativeFiles> linux() {
    return LINUX;
  }

  private static Optional<NativeFiles> load() {
    boolean linux64 =
        System.getProperty("os.name", "").equals("Linux")
            && ValueLayout.ADDRESS.byteSize() == Long.BYTES;
    if (!linux64) {
      return Optional.empty();
    }
    try {
      Linker linker = Linker.nativeLinker();
      return Optional.of(new NativeFiles(linker, linker.defaultLookup()));
    } catch (RuntimeException | LinkageError e) {
      return Optional.empty();
    }
  }

  /// `fallocate(2)` with PUNCH_HOLE. Opens the file anew, since the JDK keeps its descriptors to
  /// itself.
  ///
  /// @return false when the file system can't
  boolean punch(Path file, long from, long to) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor =
          (int) open.invokeExact(state, arena.allocateFrom(file.toString()), O_RDWR | O_CLOEXEC);
      if (descriptor < 0) {
        throw new IOException(file + ": " + message((int) ERRNO.get(state, 0L)));
      }
      try {
        int result =
            (int) fallocate.invokeExact(state, descriptor, PUNCH_HOLE | KEEP_SIZE, from, to - from);
        if (result == 0) {
          return true;
        }
        int errno = (int) ERRNO.get(state, 0L);
        if (errno == EOPNOTSUPP || errno == ENOSYS) {
          return false;
        }
        throw new IOException(message(errno));
      } finally {
        int ignored = (int) close.invokeExact(descriptor);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("fallocate of " + file, e);
    }
  }

  /// The C library's text for an error number, in the language of the process: as the JDK puts it
  /// into its exceptions.
  String message(int errno) {
    try {
      MemorySegment text = (MemorySegment) strerror.invokeExact(errno);
      @Nullable String message =
          text.reinterpret(MESSAGE_BYTES).getString(0, StandardCharsets.UTF_8);
      return message == null ? "error " + errno : message;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      return "error " + errno;
    }
  }
}

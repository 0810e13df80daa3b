package dev.millrace.compute.sandbox;

import dev.millrace.base.Check;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// A seccomp program in the kernel's classic BPF: which system calls a sandboxed program may make.
/// Everything is allowed but:
///
/// - calls of another architecture end the process, and those of x86's x32 table do not exist;
/// - [DeniedCall]: EPERM;
/// - `clone` with a new name space: EPERM. `clone3`, whose flags a filter cannot see, does not
///   exist, so that libraries fall back to `clone`;
/// - `socket` of other families than local, IPv4, IPv6 and netlink: EAFNOSUPPORT. Network name
///   spaces do not keep virtual machines' sockets (`AF_VSOCK`) apart, and the rest is rarely used
///   code of the kernel;
/// - `ioctl` that puts characters into a terminal: EPERM.
///
/// As bytes: instructions of eight bytes in the machine's (little-endian) order,
///
/// ```
/// offset  0      2    3    4
///         code   jt   jf   k
/// ```
///
/// over the kernel's `struct seccomp_data`: the call's number at offset 0, the architecture at 4,
/// the arguments, 64 bits each, from 16 on. (linux/filter.h, linux/seccomp.h,
/// Documentation/userspace-api/seccomp_filter.rst)
final class SeccompFilter {
  static final int INSTRUCTION_BYTES = 8;

  static final int LOAD_WORD = 0x20;
  static final int JUMP_EQUAL = 0x15;
  static final int JUMP_GREATER_EQUAL = 0x35;
  static final int JUMP_ANY_BIT = 0x45;
  static final int RETURN = 0x06;

  static final int ALLOW = 0x7FFF_0000;
  static final int KILL_PROCESS = 0x8000_0000;
  static final int ERRNO = 0x0005_0000;
  static final int EPERM = 1;
  static final int ENOSYS = 38;
  static final int EAFNOSUPPORT = 97;

  /// All `CLONE_NEW…` flags that `clone` takes.
  static final int NAME_SPACES = 0x7E02_0000;

  /// Where x32 begins, twice: its own calls are numbered from 512 on, and with bit 30 set all are.
  /// What a later kernel adds from here on does not exist for sandboxed programs.
  private static final int X32 = 512;

  private static final int NUMBER = 0;
  private static final int ARCHITECTURE = 4;
  private static final int ARGUMENT_0 = 16;
  private static final int ARGUMENT_1 = 24;
  private static final int TIOCSTI = 0x5412;
  private static final int TIOCLINUX = 0x541C;
  private static final int[] FAMILIES = {1, 2, 10, 16};
  private static final int LONGEST_JUMP = 255;

  /// One instruction.
  private record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

  private final List<Instruction> program = new ArrayList<>();

  private SeccompFilter() {}

  /// The program for programs of `architecture`.
  static byte[] bytes(Architecture architecture) {
    SeccompFilter filter = new SeccompFilter();
    filter.write(architecture);
    ByteBuffer bytes =
        ByteBuffer.allocate(filter.program.size() * INSTRUCTION_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Instruction instruction : filter.program) {
      bytes
          .putShort((short) instruction.code())
          .put((byte) instruction.ifTrue())
          .put((byte) instruction.ifFalse())
          .putInt(instruction.operand());
    }
    return bytes.array();
  }

  private void write(Architecture architecture) {
    add(LOAD_WORD, ARCHITECTURE);
    jump(JUMP_EQUAL, architecture.auditNumber(), 1, 0);
    add(RETURN, KILL_PROCESS);
    add(LOAD_WORD, NUMBER);
    if (architecture.hasX32()) {
      jump(JUMP_GREATER_EQUAL, X32, 0, 1);
      add(RETURN, ERRNO | ENOSYS);
    }
    jump(JUMP_EQUAL, architecture.clone3Call(), 0, 1);
    add(RETURN, ERRNO | ENOSYS);
    jump(JUMP_EQUAL, architecture.cloneCall(), 0, 4);
    add(LOAD_WORD, ARGUMENT_0);
    jump(JUMP_ANY_BIT, NAME_SPACES, 0, 1);
    add(RETURN, ERRNO | EPERM);
    add(RETURN, ALLOW);
    forArgument(architecture.socketCall(), ARGUMENT_0, FAMILIES, ALLOW, ERRNO | EAFNOSUPPORT);
    forArgument(
        architecture.ioctlCall(), ARGUMENT_1, new int[] {TIOCSTI, TIOCLINUX}, ERRNO | EPERM, ALLOW);
    int[] denied =
        Stream.of(DeniedCall.values())
            .map(call -> call.number(architecture))
            .flatMapToInt(OptionalInt::stream)
            .toArray();
    Check.that(denied.length < LONGEST_JUMP, "%d calls are denied", denied.length);
    for (int i = 0; i < denied.length; i++) {
      jump(JUMP_EQUAL, denied[i], denied.length - i, 0);
    }
    add(RETURN, ALLOW);
    add(RETURN, ERRNO | EPERM);
  }

  /// For the call `number`: one result when the argument is among `values`, another when it isn't.
  /// Any other call goes on.
  private void forArgument(int number, int argument, int[] values, int among, int notAmong) {
    jump(JUMP_EQUAL, number, 0, values.length + 3);
    add(LOAD_WORD, argument);
    for (int i = 0; i < values.length; i++) {
      jump(JUMP_EQUAL, values[i], values.length - i, 0);
    }
    add(RETURN, notAmong);
    add(RETURN, among);
  }

  private void add(int code, int operand) {
    jump(code, operand, 0, 0);
  }

  private void jump(int code, int operand, int ifTrue, int ifFalse) {
    program.add(new Instruction(code, ifTrue, ifFalse, operand));
  }
}

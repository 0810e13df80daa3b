package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The seccomp program, executed here as the kernel would.
final class SeccompFilterTest {
  private static final int EPERM = SeccompFilter.ERRNO | SeccompFilter.EPERM;
  private static final int ENOSYS = SeccompFilter.ERRNO | SeccompFilter.ENOSYS;
  private static final int EAFNOSUPPORT = SeccompFilter.ERRNO | SeccompFilter.EAFNOSUPPORT;
  private static final int TIOCSTI = 0x5412;

  /// The largest program that the kernel takes (BPF_MAXINSNS).
  private static final int MOST_INSTRUCTIONS = 4096;

  /// What the program says of one call.
  private static int verdict(byte[] program, int architecture, int number, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(0, number).putInt(4, architecture);
    for (int i = 0; i < arguments.length; i++) {
      data.putLong(16 + 8 * i, arguments[i]);
    }
    ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    int accumulator = 0;
    for (int at = 0; ; at++) {
      int start = at * SeccompFilter.INSTRUCTION_BYTES;
      int operation = code.getShort(start) & 0xFFFF;
      int ifTrue = code.get(start + 2) & 0xFF;
      int ifFalse = code.get(start + 3) & 0xFF;
      int operand = code.getInt(start + 4);
      boolean holds;
      switch (operation) {
        case SeccompFilter.RETURN -> {
          return operand;
        }
        case SeccompFilter.LOAD_WORD -> {
          accumulator = data.getInt(operand);
          continue;
        }
        case SeccompFilter.JUMP_EQUAL -> holds = accumulator == operand;
        case SeccompFilter.JUMP_GREATER_EQUAL ->
            holds = Integer.compareUnsigned(accumulator, operand) >= 0;
        case SeccompFilter.JUMP_ANY_BIT -> holds = (accumulator & operand) != 0;
        default -> throw new AssertionError("instruction " + at + " is " + operation);
      }
      at += holds ? ifTrue : ifFalse;
    }
  }

  private static int verdict(Architecture architecture, int number, long... arguments) {
    return verdict(
        SeccompFilter.bytes(architecture), architecture.auditNumber(), number, arguments);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theKernelTakesItsShape(Architecture architecture) {
    byte[] program = SeccompFilter.bytes(architecture);
    assertThat(program.length % SeccompFilter.INSTRUCTION_BYTES).isZero();
    assertThat(program.length / SeccompFilter.INSTRUCTION_BYTES).isBetween(50, MOST_INSTRUCTIONS);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void deniedCallsAreDeniedAndAllOthersAllowed(Architecture architecture) {
    Set<Integer> denied = new HashSet<>();
    for (DeniedCall call : DeniedCall.values()) {
      OptionalInt number = call.number(architecture);
      number.ifPresent(value -> assertThat(denied.add(value)).as(call.name()).isTrue());
    }
    Set<Integer> special =
        Set.of(
            architecture.cloneCall(),
            architecture.clone3Call(),
            architecture.socketCall(),
            architecture.ioctlCall());
    assertThat(denied).doesNotContainAnyElementsOf(special);
    for (int number = 0; number < 512; number++) {
      if (!special.contains(number)) {
        assertThat(verdict(architecture, number, -1, -1, -1, -1, -1, -1))
            .as("call %d", number)
            .isEqualTo(denied.contains(number) ? EPERM : SeccompFilter.ALLOW);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void callsOfAnotherArchitectureEndTheProcess(Architecture architecture) {
    byte[] program = SeccompFilter.bytes(architecture);
    int i386 = 0x4000_0003;
    assertThat(verdict(program, i386, 1)).isEqualTo(SeccompFilter.KILL_PROCESS);
    for (Architecture other : Architecture.values()) {
      assertThat(verdict(program, other.auditNumber(), 0))
          .isEqualTo(other == architecture ? SeccompFilter.ALLOW : SeccompFilter.KILL_PROCESS);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Architecture.class, names = "X86_64")
  void theTableForShortPointersDoesNotExist(Architecture architecture) {
    for (int number : new int[] {512, 521, 547, 0x4000_0000, 0x4000_0065, -1, Integer.MIN_VALUE}) {
      assertThat(verdict(architecture, number)).as("call %x", number).isEqualTo(ENOSYS);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void newNameSpacesAreRefusedAndThreadsAreNot(Architecture architecture) {
    assertThat(verdict(architecture, architecture.clone3Call())).isEqualTo(ENOSYS);
    SplittableRandom random = new SplittableRandom(Seeds.seed("SeccompFilterTest"));
    // mount, cgroup, uts, ipc, user, pid, net (linux/sched.h)
    long spaces =
        0x20000L | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000;
    int thread = 0x3D0F00; // what pthread_create asks for
    assertThat(verdict(architecture, architecture.cloneCall(), thread))
        .isEqualTo(SeccompFilter.ALLOW);
    for (int i = 0; i < Seeds.rounds(10_000); i++) {
      long flags = random.nextLong() & random.nextLong() & random.nextLong();
      assertThat(verdict(architecture, architecture.cloneCall(), flags))
          .as("flags %x", flags)
          .isEqualTo((flags & spaces) == 0 ? SeccompFilter.ALLOW : EPERM);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void onlyUsualSocketsAreMade(Architecture architecture) {
    for (int family = -1; family < 64; family++) {
      boolean usual = family == 1 || family == 2 || family == 10 || family == 16;
      assertThat(verdict(architecture, architecture.socketCall(), family, 1, 0))
          .as("family %d", family)
          .isEqualTo(usual ? SeccompFilter.ALLOW : EAFNOSUPPORT);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void nothingIsTypedIntoATerminal(Architecture architecture) {
    assertThat(verdict(architecture, architecture.ioctlCall(), 0, TIOCSTI)).isEqualTo(EPERM);
    assertThat(verdict(architecture, architecture.ioctlCall(), 0, TIOCSTI | 1L << 32))
        .isEqualTo(EPERM);
    assertThat(verdict(architecture, architecture.ioctlCall(), 0, 0x5401))
        .isEqualTo(SeccompFilter.ALLOW);
  }
}

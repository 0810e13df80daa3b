package dev.millrace.compute.sandbox;

import java.util.OptionalInt;

/// System calls that programs have no business with: other processes' memory, mounts, name spaces,
/// kernel modules, keys, clocks, and interfaces that kernels were broken through.
///
/// The numbers are those of the kernel's `arch/x86/entry/syscalls/syscall_64.tbl` and
/// `scripts/syscall.tbl`; numbers from 424 on are the same everywhere.
enum DeniedCall {
  PTRACE(101, 117),
  PROCESS_VM_READV(310, 270),
  PROCESS_VM_WRITEV(311, 271),
  PROCESS_MADVISE(440, 440),
  KCMP(312, 272),
  PIDFD_GETFD(438, 438),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  PIVOT_ROOT(155, 41),
  CHROOT(161, 51),
  OPEN_TREE(428, 428),
  MOVE_MOUNT(429, 429),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  FSPICK(433, 433),
  MOUNT_SETATTR(442, 442),
  OPEN_TREE_ATTR(467, 467),
  UNSHARE(272, 97),
  SETNS(308, 268),
  BPF(321, 280),
  PERF_EVENT_OPEN(298, 241),
  ADD_KEY(248, 217),
  REQUEST_KEY(249, 218),
  KEYCTL(250, 219),
  USERFAULTFD(323, 282),
  IO_URING_SETUP(425, 425),
  IO_URING_ENTER(426, 426),
  IO_URING_REGISTER(427, 427),
  KEXEC_LOAD(246, 104),
  KEXEC_FILE_LOAD(320, 294),
  INIT_MODULE(175, 105),
  FINIT_MODULE(313, 273),
  DELETE_MODULE(176, 106),
  CREATE_MODULE(174, -1),
  QUERY_MODULE(178, -1),
  GET_KERNEL_SYMS(177, -1),
  NAME_TO_HANDLE_AT(303, 264),
  OPEN_BY_HANDLE_AT(304, 265),
  SWAPON(167, 224),
  SWAPOFF(168, 225),
  REBOOT(169, 142),
  SYSLOG(103, 116),
  ACCT(163, 89),
  QUOTACTL(179, 60),
  QUOTACTL_FD(443, 443),
  SETTIMEOFDAY(164, 170),
  CLOCK_SETTIME(227, 112),
  SETHOSTNAME(170, 161),
  SETDOMAINNAME(171, 162),
  VHANGUP(153, 58),
  MIGRATE_PAGES(256, 238),
  MOVE_PAGES(279, 239),
  FANOTIFY_INIT(300, 262),
  LOOKUP_DCOOKIE(212, 18),
  NFSSERVCTL(180, 42),
  IOPL(172, -1),
  IOPERM(173, -1),
  MODIFY_LDT(154, -1),
  USELIB(134, -1),
  USTAT(136, -1),
  SYSFS(139, -1),
  SYSCTL(156, -1);

  private static final int NONE = -1;

  private final int onX86;
  private final int onAarch64;

  DeniedCall(int onX86, int onAarch64) {
    this.onX86 = onX86;
    this.onAarch64 = onAarch64;
  }

  /// Its number, where the architecture has it.
  OptionalInt number(Architecture architecture) {
    int number =
        switch (architecture) {
          case X86_64 -> onX86;
          case AARCH64 -> onAarch64;
        };
    return number == NONE ? OptionalInt.empty() : OptionalInt.of(number);
  }
}

"""What the end-to-end suite measures with: one run of a command, pairs of runs, a running node."""

import dataclasses
import os
import pathlib
import re
import signal
import statistics
import subprocess
import time

UNITS = {"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
TICKS = os.sysconf("SC_CLK_TCK")


def size_of(text):
    """Bytes of a size such as 64MiB.

    >>> size_of("1GiB"), size_of("512"), size_of("3 KiB")
    (1073741824, 512, 3072)
    """
    match = re.fullmatch(r"(\d+)\s*([KMG]iB|B|)", text)
    if not match:
        raise ValueError(f"{text}: not a size: write 512, 64MiB or 1GiB")
    return int(match[1]) * UNITS[match[2]]


@dataclasses.dataclass(frozen=True)
class Run:
    """One run: wall and CPU seconds (of the command, its children, and the node if one was given)
    and the largest resident set of a process of its own."""

    wall: float
    cpu: float
    resident_bytes: int


class Failed(Exception):
    """A measured command that did not end with status 0."""


def run(command, *, env=None, stdout=subprocess.DEVNULL, node=None):
    """Runs `command` (a list) to its end and measures it."""
    node_before = node.cpu() if node else 0.0
    start = time.monotonic()
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE
    )
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode != 0:
        words = " ".join(map(str, command))
        message = errors.decode(errors="replace").strip()
        raise Failed(f"{words}: exit status {process.returncode}: {message}")
    node_cpu = node.cpu() - node_before if node else 0.0
    return Run(wall, usage.ru_utime + usage.ru_stime + node_cpu, usage.ru_maxrss * 1024)


@dataclasses.dataclass(frozen=True)
class Pairs:
    """Runs of two commands, taken in turns."""

    ours: list
    theirs: list

    def ratio(self, value):
        """Median over the pairs of ours / theirs, with the smallest and the largest.

        >>> ours = [Run(2.0, 1, 1), Run(9.0, 1, 1), Run(3.0, 1, 1)]
        >>> Pairs(ours, [Run(1.0, 1, 1)] * 3).ratio(lambda run: run.wall)
        (3.0, 2.0, 9.0)
        """
        ratios = [value(a) / value(b) for a, b in zip(self.ours, self.theirs)]
        return statistics.median(ratios), min(ratios), max(ratios)


def pairs(count, ours, theirs):
    """Runs `ours` and `theirs` (functions of the pair's number that return a Run) once to warm up,
    then `count` times in turns, the one first and then the other, so that a drift of the machine
    falls on both."""
    ours(0)
    theirs(0)
    taken = Pairs([], [])
    for number in range(1, count + 1):
        steps = [(taken.ours, ours), (taken.theirs, theirs)]
        for kept, step in steps if number % 2 else reversed(steps):
            kept.append(step(number))
    return taken


def median(runs, value):
    return statistics.median(value(run) for run in runs)


class Node:
    """`millrace up` on a home of its own, until the end of the `with`."""

    START_SECONDS = 60
    STOP_SECONDS = 30

    def __init__(self, launcher, home, env):
        self.launcher = launcher
        self.home = pathlib.Path(home)
        self.env = env
        self.pid = 0

    def __enter__(self):
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "millrace.toml").write_text("[api]\nport = 0\n")
        self.log = open(self.home.with_suffix(".log"), "wb")
        self.process = subprocess.Popen(
            [self.launcher, "up"],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
        # The launcher becomes the node, and the node says in its home when it is there.
        self.pid = self.process.pid
        deadline = time.monotonic() + self.START_SECONDS
        while not (self.home / "node").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                self.process.wait()
                said = pathlib.Path(self.log.name).read_text(errors="replace").strip()
                raise Failed(f"millrace up: did not start: {said or 'it said nothing'}")
            time.sleep(0.05)
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(self.STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def cpu(self):
        """CPU seconds of the node and of its ended children."""
        text = pathlib.Path(f"/proc/{self.pid}/stat").read_text()
        fields = text.rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / TICKS

    def resident_bytes(self):
        """Resident bytes now."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024


def largest_heap_bytes(gc_log):
    """The largest heap in use that a log of -Xlog:gc saw, before or after a collection.

    >>> largest_heap_bytes("[1s] GC(0) Pause Young 64M->3M(248M) 2ms\\n[2s] GC(1) Pause 9M->1024K(8M)")
    67108864
    """
    used = re.findall(r"(\d+)([KMG])->(\d+)([KMG])\(", gc_log)
    both = [pair for a, b, c, d in used for pair in ((a, b), (c, d))]
    return max((int(number) * UNITS[unit + "iB"] for number, unit in both), default=0)

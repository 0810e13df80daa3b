"""Programs over stored files against the tools that people use instead. See `end-to-end`."""

import os
import statistics
import time

from api import Api
from figures import at_least, at_most, beside, say, seconds, spread
from measure import Failed, run

PROGRAMS = ["grep", "sort", "exec", "short", "first", "eta", "urgent"]

MIB = 1 << 20
STORED = "mr://bench/text"
WORD = "Copperfield"
COMMAND = "grep -c the"
SUM = "awk '{s += $1} END {print s}'"

SHORT_JOBS = 303
FIRST_BYTES = 11
RECORDED_INPUTS = [1, 1_000, 100_000]
RECORDED_ANSWERS = 21
ETA_PART = 0.2
URGENT_JOBS = 15
URGENT_BYTES = 16 * MIB


class ProgramBench:
    """Figures of jobs, for a node in whose bucket the text is."""

    def __init__(self, bench):
        self.bench = bench
        self.text = bench.text
        self.work = bench.work

    def ours(self, node, *words):
        return self.bench.millrace("run", "--fresh", *words, node=node)

    def tool(self, script, out):
        """A shell script over `$1`, the text, which writes `$2`."""
        command = ["bash", "-euo", "pipefail", "-c", script, "bash", str(self.text), str(out)]
        return run(command, env=self.bench.c_locale)

    def against(self, name, ours, script, same=True):
        """Throughput of what `ours(OUT)` does against a script, whose answers are to be equal."""
        out, theirs_out = self.work / "ours.out", self.work / "theirs.out"
        taken = self.bench.pairs(
            name, lambda _: ours(out), lambda _: self.tool(script, theirs_out)
        )
        if same and out.read_bytes() != theirs_out.read_bytes():
            raise Failed(f"{name}: the answers differ: {out} {theirs_out}")
        for file in (out, theirs_out):
            file.unlink(missing_ok=True)
        ratio, low, high = taken.ratio(lambda one: 1 / one.wall)
        return ratio, f"{spread(low, high)}; {seconds(taken)}"

    def grep(self, node):
        ratio, remark = self.against(
            "grep",
            lambda out: self.ours(node, "grep", WORD, STORED, "-o", out),
            f'grep {WORD} "$1" > "$2"',
        )
        yield at_least("`grep WORD`, against GNU `grep`: throughput", ratio, 0.5, ".2f", remark)

    def sort(self, node):
        script = 'sort --parallel=2 -S 256M -T "$(dirname "$2")" -o "$2" "$1"'
        ratio, remark = self.against(
            "sort",
            lambda _: self.ours(node, "sort", STORED, "-o", "mr://bench/sorted"),
            script,
            same=False,
        )
        yield at_least(
            "`sort`, stored to stored, against `sort --parallel=2 -S 256M`: throughput",
            ratio,
            1.0,
            ".2f",
            remark,
        )

    def exec(self, node):
        def ours(out):
            return self.ours(node, "--exec", COMMAND, "--reduce", SUM, STORED, "-o", out)

        for block, target in (("", 1.0), ("--block -1 ", None)):
            script = f"parallel --pipe-part {block}-a \"$1\" {COMMAND} | {SUM} > \"$2\""
            ratio, remark = self.against("exec", ours, script)
            what = f"`--exec '{COMMAND}' --reduce`, against `parallel --pipe-part {block}`"
            if target:
                yield at_least(f"{what}: throughput", ratio, target, ".2f", remark)
            else:
                yield beside(f"{what}: throughput", ratio, ".2f", remark)

    def short(self, node):
        api = Api(node.home)
        small = self.work / "small"
        small.write_bytes(self.text.read_bytes()[: 64 * 1024])
        self.bench.millrace("put", small, "bench/small", node=node)
        count = {"instruction": "count", "arguments": []}
        command = {"command": "wc -l"}
        for name, program in (("`count`", count), ("`--exec 'wc -l'`", command)):
            say(f"short: {name}")
            request = {"objects": [("bench", "small")]}
            times = [api.seconds(program, **request) for _ in range(SHORT_JOBS)]
            value, remark = millis(times[2 * SHORT_JOBS // 3 :])
            yield at_most(f"one-piece job on a warm node, {name}: ms", value, 20, ".1f", remark)
        for inputs in RECORDED_INPUTS:
            say(f"recorded answer: {inputs} inputs")
            prefix = self.many(node, inputs)
            api = Api(node.home)  # the node has closed a connection that said nothing for so long
            request = {"prefixes": [("bench", prefix)], "reuse": "ALLOWED"}
            api.seconds(count, **request)
            times = [api.seconds(count, **request) for _ in range(RECORDED_ANSWERS)]
            value, remark = millis(times)
            yield at_most(
                f"recorded answer, {inputs:,} inputs: ms", value, 50, ".1f", remark
            )

    def many(self, node, count):
        """Stores so many small files; what their keys begin with."""
        folder = self.work / f"many-{count}"
        folder.mkdir()
        for i in range(count):
            (folder / f"{i:06}").write_text(f"{i}\n")
        self.bench.millrace("put", folder, f"bench/{folder.name}/", node=node)
        return f"{folder.name}/"

    def first(self, node):
        api = Api(node.home)
        programs = {
            "`compress`": instruction("compress"),
            "`grep the`": instruction("grep", "the"),
            "`--exec 'tr a-z A-Z'`": {"command": "tr a-z A-Z"},
        }
        for name, program in programs.items():
            say(f"first output: {name}")
            request = {"objects": [("bench", "text")]}
            times = [api.first_byte_seconds(program, **request) for _ in range(FIRST_BYTES)]
            value, remark = millis(times)
            what = f"first byte of the answer of a large job, {name}: ms"
            yield at_most(what, value, 200, ".0f", remark)

    def eta(self, node):
        api = Api(node.home)
        programs = {
            "`compress --level 9`": instruction("compress", "--level", "9"),
            "`sort`": instruction("sort"),
            "`--exec 'gzip -5'`": {"command": "gzip -5"},
        }
        for name, program in programs.items():
            say(f"eta: {name}")
            self.estimate(api, program)  # to warm up
            taken = [self.estimate(api, program) for _ in range(self.bench.options.pairs)]
            errors = [abs(promised - after) / after * 100 for promised, after in taken]
            promised, after = taken[-1]
            remark = f"{spread(min(errors), max(errors))}; {promised:.1f} s promised, {after:.1f} s taken"
            error = statistics.median(errors)
            yield at_most(f"ETA after 20 % of the bytes, {name}: off by %", error, 20, ".0f", remark)

    def estimate(self, api, program):
        """The first estimate behind a fifth of the bytes, and how long it took then; seconds."""
        progress = api.submit(program, objects=[("bench", "text")])
        while progress["inputBytesDone"] < ETA_PART * progress["inputBytesTotal"]:
            time.sleep(0.05)
            progress = api.progress(progress["job"]["id"])
        at = time.monotonic()
        promised = progress["remainingMillis"] / 1000
        api.ended(progress)
        return promised, time.monotonic() - at

    def urgent(self, node):
        api = Api(node.home)
        part = self.work / "part"
        with open(self.text, "rb") as text:
            part.write_bytes(text.read(URGENT_BYTES))
        self.bench.millrace("put", part, "bench/part", node=node)
        for name, program in (
            ("`count`", instruction("count")),
            ("`compress`", instruction("compress")),
        ):
            request = {"objects": [("bench", "part")], "priority": "high"}

            def times():
                taken = [api.seconds(program, **request) for _ in range(URGENT_JOBS)]
                return statistics.median(taken[URGENT_JOBS // 3 :])

            say(f"urgent: {name}")
            ratios = []
            for _ in range(self.bench.options.pairs):
                idle = times()
                large = api.submit(instruction("compress", "--level", "12"), objects=[("bench", "text")])
                time.sleep(2)
                beside_large = times()
                if api.progress(large["job"]["id"])["job"]["state"] != "RUNNING":
                    raise Failed("urgent: the large job ended too early")
                api.ask("DELETE", f"/jobs/{large['job']['id']}")
                ratios.append(beside_large / idle)
                remark = f"{1000 * beside_large:.0f} ms against {1000 * idle:.0f} ms"
            yield at_most(
                f"urgent {name} of 16 MiB beside a large job on all slots: time against idle",
                statistics.median(ratios),
                2.0,
                ".2f",
                f"{spread(min(ratios), max(ratios))}; {remark}",
            )


def instruction(name, *arguments):
    return {"instruction": name, "arguments": list(arguments)}


def millis(times):
    ordered = sorted(1000 * one for one in times)
    return statistics.median(ordered), f"{ordered[0]:.1f} to {ordered[-1]:.1f}"

"""What the end-to-end suite finds: figures, as rows of a Markdown table."""

import dataclasses
import sys

from measure import median


@dataclasses.dataclass(frozen=True)
class Figure:
    what: str
    value: float
    form: str
    target: str
    reached: bool
    remark: str = ""

    def row(self):
        mark = "reached" if self.reached else "**missed**"
        if not self.target:
            mark = ""
        return f"| {self.what} | {self.value:{self.form}} | {self.target} | {mark} | {self.remark} |"


def at_least(what, value, target, form, remark):
    return Figure(what, value, form, f"≥ {target}", value >= target, remark)


def at_most(what, value, target, form, remark):
    return Figure(what, value, form, f"≤ {target}", value <= target, remark)


def beside(what, value, form, remark):
    return Figure(what, value, form, "", True, remark)


def wall(one):
    return one.wall


def cpu(one):
    return one.cpu


def spread(low, high):
    return f"{low:.2f} to {high:.2f}"


def seconds(taken):
    return f"{median(taken.ours, wall):.2f} s against {median(taken.theirs, wall):.2f} s"


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)

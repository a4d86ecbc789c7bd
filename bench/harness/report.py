"""One measured row, and how rows are printed and kept."""

import json
from dataclasses import asdict, dataclass, field

HEADINGS = ("benchmark", "what", "measured", "peer in the same run", "ratio", "target", "reached")


@dataclass
class Row:
    """`value` and `peer_value` have the unit `unit`, and so have the values that stand beside them, such as p99 beside a median; `reached`
    is None where the row has no target."""

    benchmark: str
    what: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    ratio: float | None = None
    target: str = ""
    reached: bool | None = None
    note: str = ""
    beside: dict = field(default_factory=dict)
    peer_beside: dict = field(default_factory=dict)
    command: str = ""

    def cells(self):
        peer = f"{self.peer}: {with_beside(self.peer_value, self.unit, self.peer_beside)}" if self.peer_value is not None else self.peer
        return (
            self.benchmark,
            self.what,
            with_beside(self.value, self.unit, self.beside),
            peer,
            f"{number(self.ratio)}x" if self.ratio is not None else "",
            self.target,
            {True: "yes", False: "NO", None: ""}[self.reached],
        )


def with_beside(value, unit, beside):
    """1.2 ms (p99 3.4)"""
    more = ", ".join(f"{name} {number(other)}" for name, other in beside.items())
    return f"{number(value)} {unit}" + (f" ({more})" if more else "")


def number(value):
    if value is None:
        return "-"
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def compare(benchmark, what, value, unit, peer, peer_value, *, at_least=None, at_most=None, note="", beside=None, peer_beside=None):
    """A row whose target is a ratio to the peer: at_least for rates, at_most for times and sizes."""
    ratio = value / peer_value if peer_value else None
    target, reached = "", None
    if at_least is not None:
        target, reached = f">= {at_least:g}x", ratio is not None and ratio >= at_least
    elif at_most is not None:
        target, reached = f"<= {at_most:g}x", ratio is not None and ratio <= at_most
    return Row(benchmark, what, value, unit, peer, peer_value, ratio, target, reached, note, beside or {}, peer_beside or {})


def limit(benchmark, what, value, unit, *, at_least=None, at_most=None, peer="", peer_value=None, note="", beside=None):
    """A row whose target is a value of its own; a peer may stand beside it."""
    target, reached = "", None
    if at_least is not None:
        target, reached = f">= {at_least:g} {unit}", value >= at_least
    elif at_most is not None:
        target, reached = f"<= {at_most:g} {unit}", value <= at_most
    ratio = value / peer_value if peer_value else None
    return Row(benchmark, what, value, unit, peer, peer_value, ratio, target, reached, note, beside or {})


def notes(rows):
    """Each once."""
    return list(dict.fromkeys(f"{row.benchmark}: {row.note}" for row in rows if row.note))


def commands(rows):
    return list(dict.fromkeys(row.command for row in rows))


def print_table(rows):
    table = [HEADINGS] + [row.cells() for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEADINGS))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    for heading, lines in (("notes", notes(rows)), ("to repeat", commands(rows))):
        if lines:
            print(f"\n{heading}")
            print("\n".join(f"  {line}" for line in lines))


def write_markdown(path, rows, machine):
    lines = [f"{machine}", "", "| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row.cells()) + " |" for row in rows]
    lines += ["", *(f"- {note}" for note in notes(rows)), *(f"- `{command}`" for command in commands(rows))]
    path.write_text("\n".join(lines) + "\n")


def write_json(path, rows, machine, options):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "options": options, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")

"""One measured row, and how rows are printed and kept."""

import json
from dataclasses import asdict, dataclass

HEADINGS = ("benchmark", "what", "measured", "peer in the same run", "ratio", "target", "reached")


@dataclass
class Row:
    """`value` and `peer_value` have the unit `unit`; `reached` is None where the row has no target."""

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
    command: str = ""

    def cells(self):
        peer = f"{self.peer}: {number(self.peer_value)} {self.unit}" if self.peer_value is not None else self.peer
        return (
            self.benchmark,
            self.what,
            f"{number(self.value)} {self.unit}",
            peer,
            f"{number(self.ratio)}x" if self.ratio is not None else "",
            self.target,
            {True: "yes", False: "NO", None: ""}[self.reached],
        )


def number(value):
    if value is None:
        return "-"
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def compare(benchmark, what, value, unit, peer, peer_value, *, at_least=None, at_most=None, note=""):
    """A row whose target is a ratio to the peer: at_least for rates, at_most for times and sizes."""
    ratio = value / peer_value if peer_value else None
    target, reached = "", None
    if at_least is not None:
        target, reached = f">= {at_least:g}x", ratio is not None and ratio >= at_least
    elif at_most is not None:
        target, reached = f"<= {at_most:g}x", ratio is not None and ratio <= at_most
    return Row(benchmark, what, value, unit, peer, peer_value, ratio, target, reached, note)


def limit(benchmark, what, value, unit, *, at_least=None, at_most=None, peer="", peer_value=None, note=""):
    """A row whose target is a value of its own; a peer may stand beside it."""
    target, reached = "", None
    if at_least is not None:
        target, reached = f">= {at_least:g} {unit}", value >= at_least
    elif at_most is not None:
        target, reached = f"<= {at_most:g} {unit}", value <= at_most
    ratio = value / peer_value if peer_value else None
    return Row(benchmark, what, value, unit, peer, peer_value, ratio, target, reached, note)


def print_table(rows):
    table = [HEADINGS] + [row.cells() for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEADINGS))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    notes = list(dict.fromkeys(f"{row.benchmark}: {row.note}" for row in rows if row.note))
    if notes:
        print("\nnotes")
        for note in notes:
            print(f"  {note}")
    print("\nto repeat")
    for command in dict.fromkeys(row.command for row in rows):
        print(f"  {command}")


def write_markdown(path, rows, machine):
    lines = [f"{machine}", "", "| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row.cells()) + " |" for row in rows]
    path.write_text("\n".join(lines) + "\n")


def write_json(path, rows, machine, options):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "options": options, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")

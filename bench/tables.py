"""Results as Markdown, and the few statistics that they need."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One result: `command` makes it again, `notes` say what the figures mean."""

    title: str
    command: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        """The section as it is printed; numbers stand to the right."""
        head = f"## {self.title}\n\n`{self.command}`\n"
        lines = [_line(self.columns), _line(("---", *("---:" for _ in self.columns[1:]))), *map(_line, self.rows)]
        notes = "".join(f"\n- {note}" for note in self.notes)
        return head + "\n" + "\n".join(lines) + "\n" + notes + ("\n" if notes else "")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank)."""
    if not values:
        raise ValueError("There is no percentile of nothing.")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def number(value: float) -> str:
    """Three figures that matter, and no more than that."""
    if value == 0:
        return "0"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(decimals, 3)}f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

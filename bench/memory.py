"""The resident set of the running booth on the attract and the photo screen, beside a bare PySide6 window."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from bench.processes import bare_window, booth, enrolled_booth, say
from bench.tables import Table, number
from kiosk_app.rehearsal.cast import PRACTICE_OFFICER, Manner
from kiosk_app.rehearsal.playhouse import Playhouse

COMMAND = "python -m bench memory"
_SEED = 2


@dataclass(frozen=True, slots=True)
class Sizes:
    """Runs of each program, and how long each screen stands before it is measured (seconds)."""

    runs: int = 3
    attract_s: float = 5.0
    photo_s: float = 10.0


TINY = Sizes(runs=1, attract_s=0.2, photo_s=0.5)


def run(sizes: Sizes) -> Iterable[Table]:
    """A fresh booth for each run: the applicant of the one before has a number already."""
    bare: list[float] = []
    attract: list[float] = []
    photo: list[float] = []
    for turn in range(sizes.runs):
        say(f"memory: run {turn + 1} of {sizes.runs}")
        bare.append(bare_window(sizes.attract_s)["rss_mb"])
        with enrolled_booth(_SEED) as house:
            told = booth(house.booth.root, sizes.attract_s, sizes.photo_s, _code(house), PRACTICE_OFFICER)
        attract.append(told["attract_mb"])
        photo.append(told["photo_mb"])
    yield Table(
        "Memory",
        COMMAND,
        ("program", "median MB", "least", "most", "over the bare window, MB"),
        (
            _row("bare PySide6 window", bare, bare),
            _row(f"booth, attract screen after {sizes.attract_s:g} s", attract, bare),
            _row(f"booth, photo screen with a person sitting, after {sizes.photo_s:g} s", photo, bare),
        ),
        (
            f"Resident set (VmRSS, 10^6 bytes), {sizes.runs} runs; windows 1920 x 1080, offscreen, sync running.",
            "The camera is the practice camera: its renderer is in these figures, and in no booth with a webcam.",
        ),
    )


def _code(house: Playhouse) -> str:
    """What an applicant who is booked here and now holds up: the play's first part."""
    first = house.cast(3)[0]
    if first.manner is not Manner.HOLDS_CODE:
        raise RuntimeError("The play does not begin with somebody who holds a code.")
    return first.text


def _row(name: str, values: list[float], yardstick: list[float]) -> tuple[str, ...]:
    over = median(values) - median(yardstick)
    return (name, number(median(values)), number(min(values)), number(max(values)), number(over))

"""From the start of the process to the painted attract screen, as a ratio to a bare PySide6 window."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from bench.processes import bare_window, booth, enrolled_booth, say
from bench.tables import Table, number
from kiosk_app.rehearsal.cast import PRACTICE_OFFICER

COMMAND = "python -m bench start"
_SEED = 1


@dataclass(frozen=True, slots=True)
class Sizes:
    """Timed runs of each program, interleaved; `warm` runs each once before."""

    runs: int = 11
    warm: bool = True


TINY = Sizes(runs=1, warm=False)


def run(sizes: Sizes) -> Iterable[Table]:
    """Times both programs in turn; a run before makes disk caches and bytecode warm."""
    bare: list[float] = []
    steps: list[dict[str, float]] = []
    with enrolled_booth(_SEED) as house:

        def start_booth() -> dict[str, float]:
            return booth(house.booth.root, 0, 0, "", PRACTICE_OFFICER)

        if sizes.warm:
            bare_window(0)
            start_booth()
        for turn in range(sizes.runs):
            say(f"start: run {turn + 1} of {sizes.runs}")
            bare.append(_ms(bare_window(0), "painted"))
            steps.append(start_booth())
    painted = [_ms(step, "painted") for step in steps]
    yield Table(
        "Start to the attract screen",
        COMMAND,
        ("program", "median ms", "least", "most", "ratio"),
        (
            _row("bare PySide6 window (QApplication, QWidget, QLabel)", bare, bare),
            _row("booth: attract screen painted", painted, bare),
            _row("... of which: modules imported", [_ms(step, "imported") for step in steps], bare),
            _row(
                "... of which: store open, screens built", [_between(step, "imported", "built") for step in steps], bare
            ),
            _row("... of which: shown and painted", [_between(step, "built", "painted") for step in steps], bare),
        ),
        (
            f"Time from the start of the process until the first paint is done; {sizes.runs} runs each, in turn, warm;"
            " both windows 1920 x 1080, offscreen.",
            "The booth is `kiosk_app.app.KioskApp` on an enrolled practice booth whose office answers, with the practice camera.",
        ),
    )


def _row(name: str, values: list[float], yardstick: list[float]) -> tuple[str, ...]:
    ratio = median(values) / median(yardstick)
    return (name, number(median(values)), number(min(values)), number(max(values)), f"{ratio:.2f}")


def _ms(told: dict[str, float], step: str) -> float:
    return _between(told, "started", step)


def _between(told: dict[str, float], first: str, second: str) -> float:
    return (told[second] - told[first]) * 1000

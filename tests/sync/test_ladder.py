"""The ladder from the cable to the office: one rung is broken, those below it work, nobody knows of those above."""

import json
from pathlib import Path

import pytest

from kiosk_app.paths import assets_dir
from kiosk_app.sync.reachability import LADDER, RungState, Step, ladder, next_action


def states(step: Step | None) -> str:
    return "".join(rung.state.value[0] for rung in ladder(step))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (None, "uuuuuu"),
        (Step.LINK, "buuuuu"),
        (Step.DNS, "obuuuu"),
        (Step.PORTAL, "oobuuu"),
        (Step.TLS, "ooubuu"),
        (Step.CLOCK, "oooubu"),
        (Step.OFFICE, "oouuub"),
        (Step.NONSENSE, "ooooob"),
        (Step.REVOKED, "oooooo"),
        (Step.EPOCH, "oooooo"),
        (Step.OK, "oooooo"),
    ],
)
def test_every_step_has_its_ladder(step: Step | None, expected: str) -> None:
    assert states(step) == expected
    assert [rung.step for rung in ladder(step)] == list(LADDER)


@pytest.mark.parametrize("file", sorted(Path(assets_dir() / "i18n").glob("*.json")), ids=lambda path: path.stem)
def test_every_rung_state_and_action_has_words(file: Path) -> None:
    words = set(json.loads(file.read_text(encoding="utf-8")))
    wanted = {next_action(step) for step in (None, *Step)} | {f"net.rung.{step.value}" for step in LADDER}
    wanted |= {f"net.state.{state.value}" for state in RungState} | {"sync.clock.off", "sync.clock.behind"}
    assert wanted <= words

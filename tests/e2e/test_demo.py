"""The README's first command as a visitor runs it: the real screens, touched by real events, with an embedded office."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def demo(*args: str) -> subprocess.CompletedProcess[str]:
    """`kiosk-app demo ARGS` in a process of its own, without a display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-m", "kiosk_app", "demo", *args], env=environment, capture_output=True, text=True, timeout=280
    )


@pytest.mark.timeout(300)
def test_the_day_plays_itself_through_an_outage_and_leaves_pictures(tmp_path: Path) -> None:
    played = demo("--applicants", "9", "--outage", "--json", "--shots", str(tmp_path / "shots"), "--size", "1366x768")
    assert played.returncode == 0, played.stderr
    day = json.loads(played.stdout)
    assert day["arrived"] == day["photos"] == day["completed"] == day["office_photos"] == 6
    assert day["turned_away"] == {"early": 1, "office_only": 1, "wrong_place": 1}
    assert day["booth_records"] == day["office_records"], "nothing lost, nothing doubled"
    assert day["waiting"] == 0
    names = {path.stem[3:] for path in (tmp_path / "shots").glob("*.png")}
    assert {"attract", "officer-queue", "photo-review", "sync-status", "turned-away-early"} <= names
    assert "Traceback" not in played.stderr


def test_pictures_that_cannot_be_saved_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    played = demo("--applicants", "1", "--shots", str(tmp_path / "file"))
    assert played.returncode == 1
    assert "No pictures can be saved" in played.stderr
    assert "Traceback" not in played.stderr

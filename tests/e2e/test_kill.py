"""The plug is pulled in the middle of a day: what was confirmed is there, the day goes on, the office ends up with all of it."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from kiosk_app.assembly import open_booth
from kiosk_app.clock import SystemClock
from kiosk_app.paths import BoothPaths
from tests.e2e.conftest import House


def pull_the_plug(house: House, rounds: int, seed: int) -> None:
    """Starts a practice day and kills it at a random moment, `rounds` times; every journal that is left must be whole."""
    rng = random.Random(seed)
    for number in range(rounds):
        day = subprocess.Popen(
            [
                sys.executable, "-m", "kiosk_app", "practice", "--data", str(house.booth), "--applicants", "30",
                "--seed", str(number),
            ],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        said: list[str] = []
        until = time.monotonic() + rng.uniform(0.5, 4.0)
        assert day.stderr is not None
        for line in day.stderr:
            if not line.startswith("{"):
                said.append(line.strip())
            if said and time.monotonic() > until:
                break
        day.send_signal(signal.SIGKILL)
        day.communicate(timeout=30)
        assert house.kiosk("verify") == 0, house.err
        confirmed = {line.split()[0] for line in said if line.endswith("checked in")}
        booth = open_booth(BoothPaths(house.booth), SystemClock())
        kept = {visit.number for visit in booth.journal.visits(booth.today())}
        booth.close()
        assert confirmed <= kept, "a number that was given out is there after the plug was pulled"


def everything_arrives(house: House) -> None:
    assert house.kiosk("sync", "--until-empty", "--timeout", "120") == 0, house.err
    status = house.json("status")
    assert house.at_office("records", "--json") == 0
    received = json.loads(house.out)
    ids = [record["id"] for record in received]
    assert len(ids) == len(set(ids)) == status["captured"] == status["acked"], "nothing lost, nothing doubled"
    assert [record["seq"] for record in sorted(received, key=lambda r: r["seq"])] == list(range(1, len(ids) + 1))
    for record in received:
        if record["kind"] == "photo_taken":
            assert house.at_office("photo", record["id"], "--out", str(house.folder / "photo.jpg")) == 0, house.err


@pytest.mark.timeout(240)
def test_a_plug_pulled_twice(house: House) -> None:
    house.enrol(bookings=40)
    pull_the_plug(house, rounds=2, seed=1)
    everything_arrives(house)


@pytest.mark.nightly
def test_a_plug_pulled_thirty_times_with_the_office_gone_now_and_then(house: House) -> None:
    house.enrol(bookings=400)
    for part in range(6):
        if part % 2:
            house.office_gone()
        pull_the_plug(house, rounds=5, seed=part)
        if part % 2:
            house.office_back()
    everything_arrives(house)

"""The roster behind PINs under crashes, damage and two threads: whole on one side, or fetched again."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.store import roster as roster_module
from kiosk_app.store import tiered_roster, tiers
from kiosk_app.store.database import Database
from kiosk_app.store.inbox import INBOX_SCHEMA, Inbox
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.pin_copies import PinCopies
from kiosk_app.store.tiers import PinTier
from tests.store.rows import gone, put, row
from tests.store.tier_rig import LATER, RINA, TierRig, cheap, with_bookings

BEHIND = "roster-????????.db"


@pytest.fixture
def booth(folder: Path, keys: FileKeyHolder, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TierRig]:
    cheap(monkeypatch)
    with with_bookings(folder, keys, database) as rig:
        yield rig


@pytest.mark.parametrize("step", range(9))
def test_a_crash_on_the_way_behind_the_pin_leaves_the_roster_whole_on_one_side(
    booth: TierRig, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Every step that changes the disk, in order; from the last on there is no crash."""
    steps = (
        (Inbox, "clear"), (Inbox, "put"), (PinCopies, "clear"), (PinCopies, "make"), (PinTier, "_now_established"),
        (FileKeyHolder, "forget_database_key"), (tiered_roster, "_remove"), (PinTier, "roster_key"),
    )  # fmt: skip
    if step < len(steps):
        place, name = steps[step]

        def crash(*_args: object, **_more: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(place, name, crash)
        with pytest.raises(KeyboardInterrupt):
            booth.begin(RINA)
        monkeypatch.undo()
        cheap(monkeypatch)
    else:
        booth.begin(RINA)
    booth.restart()
    assert booth.tier.established is (step > 4)
    assert booth.roster.cursor() == "c2"
    booth.begin(RINA)
    assert booth.known() == {"A": "Budi Santoso", "B": "Siti Aminah"}
    assert booth.roster.is_withdrawn("C")
    assert booth.tier.established


@pytest.mark.parametrize("stops_before", range(4))
def test_a_crash_while_pages_go_in_loses_and_doubles_nothing(
    booth: TierRig, monkeypatch: pytest.MonkeyPatch, stops_before: int
) -> None:
    booth.begin(RINA)
    booth.restart()
    booth.roster.replace([row("A", 9), row("D")], "c3", 2, LATER)
    booth.roster.apply_changes([put("E", name="Wayan")], "c4", LATER)
    booth.roster.apply_changes([gone("D", 2)], "c5", LATER)
    applied = roster_module.RosterStore._mark
    calls = 0

    def mark(self: roster_module.RosterStore, cursor: str, read_at: object) -> None:
        nonlocal calls
        calls += 1
        applied(self, cursor, read_at)  # type: ignore[arg-type]  # handed on as it came
        if calls > stops_before:
            raise KeyboardInterrupt

    monkeypatch.setattr(roster_module.RosterStore, "_mark", mark)
    if stops_before < 3:
        with pytest.raises(KeyboardInterrupt):
            booth.begin(RINA)
    monkeypatch.setattr(roster_module.RosterStore, "_mark", applied)
    booth.restart()
    assert booth.roster.cursor() == "c5"
    booth.begin(RINA)
    assert booth.known() == {"A": "Budi Santoso", "E": "Wayan"}
    assert booth.roster.cursor() == "c5"


@pytest.mark.parametrize("old", [True, False])
def test_the_first_opening_of_another_day_gives_the_bookings_another_key(
    booth: TierRig, folder: Path, old: bool
) -> None:
    booth.begin(RINA)
    booth.roster.apply_changes([put("D"), gone("A", 9)], "c3", LATER)
    [before] = folder.glob(BEHIND)
    made = booth.clock.now().timestamp() - (13 if old else 11) * 3600
    os.utime(folder / "keys" / "tier1" / "roster.wrapped", (made, made))
    booth.restart()
    booth.roster.apply_changes([put("E")], "c4", LATER)
    booth.begin(RINA)
    [after] = folder.glob(BEHIND)
    assert (after != before) is old
    assert list(booth.known()) == ["B", "D", "E"]
    assert booth.roster.cursor() == "c4"
    assert booth.roster.is_withdrawn("A")


@pytest.mark.parametrize("step", ["put", "_overwrite_and_remove", "roster_key", "done"])
def test_a_crash_on_the_way_to_another_key_loses_nothing(
    booth: TierRig, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    booth.begin(RINA)
    booth.roster.apply_changes([put("D"), gone("A", 9)], "c3", LATER)
    place = {"_overwrite_and_remove": tiers, "roster_key": PinTier}.get(step, Inbox)

    def crash(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, step, crash)
    with pytest.raises(KeyboardInterrupt):
        booth.roster.change_key()
    monkeypatch.undo()
    cheap(monkeypatch)
    booth.restart()
    assert booth.roster.cursor() == "c3"
    booth.begin(RINA)
    assert list(booth.known()) == ["B", "D"]
    assert booth.roster.is_withdrawn("A")


def test_another_thread_goes_on_with_the_roster_that_is_in_force(booth: TierRig) -> None:
    """Sync has it open before anybody logs in, and writes at any time."""
    ready, claimed = threading.Event(), threading.Event()
    faults: list[BaseException] = []

    def sync() -> None:
        try:
            theirs = booth.another()
            theirs.apply_changes([put("D", name="before")], "c3", LATER)
            ready.set()
            claimed.wait(10)
            theirs.apply_changes([put("E", name="after")], "c4", LATER)
            theirs.close()
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            faults.append(error)
            ready.set()

    thread = threading.Thread(target=sync)
    thread.start()
    ready.wait(10)
    booth.begin(RINA)
    claimed.set()
    thread.join(10)
    assert not faults
    assert booth.known() == {"A": "Budi Santoso", "B": "Siti Aminah", "D": "before", "E": "after"}
    assert booth.roster.cursor() == "c4"


@pytest.mark.parametrize("damage", ["file", "key", "page", "gone"])
def test_a_damaged_inbox_does_not_keep_the_booth_from_opening(booth: TierRig, folder: Path, damage: str) -> None:
    booth.begin(RINA)
    booth.restart()
    booth.roster.apply_changes([put("D")], "c3", LATER)
    booth.roster.close()
    if damage == "file":
        (folder / "inbox.db").write_bytes(b"\0" * 8192)
        (folder / "inbox.db-wal").unlink(missing_ok=True)
    elif damage == "gone":
        (folder / "inbox.db").unlink()
    elif damage == "key":
        (folder / "keys" / "inbox.key").write_bytes(b"\1" * 32)
    else:
        key = (folder / "keys" / "inbox.key").read_bytes()
        with Database(folder / "inbox.db", key, INBOX_SCHEMA) as inbox, inbox.transaction():
            inbox.execute("UPDATE pages SET sealed = ?", (b"x" * 100,))
    booth.restart()
    booth.begin(RINA)
    assert booth.known() == {"A": "Budi Santoso", "B": "Siti Aminah"}
    booth.restart()
    assert booth.roster.cursor() in (None, "c2"), "what was lost is fetched again"

"""A booth's store at the command line: how it stands, and a spoilt journal that the next command mends and tells."""

import json
from pathlib import Path

import pytest

from kiosk_app.store.pages import PAGE
from tests.e2e.conftest import House


def spoil(path: Path) -> None:
    """One bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // PAGE // 2 * PAGE + 50] ^= 4
    path.write_bytes(content)


@pytest.fixture
def booth(house: House) -> House:
    """Enrolled, with everything at the office."""
    house.enrol()
    assert house.kiosk("sync", "--until-empty") == 0, house.err
    return house


def store_of(house: House) -> dict[str, object]:
    value = house.json("status")["store"]
    assert isinstance(value, dict)
    return value


def test_status_and_verify_say_how_the_store_stands(booth: House) -> None:
    state = store_of(booth)
    assert state["ballast"] is True
    assert (state["put_aside"], state["missing"], state["problem"]) == (0, 0, "")
    verified = booth.json("verify")
    assert verified["fault"] is None
    assert verified["notices"] == []
    assert booth.kiosk("status") == 0
    assert "GB free, in order" in booth.out


def test_a_spoilt_journal_is_told_by_verify_and_mended_by_the_next_sync(booth: House) -> None:
    assert booth.kiosk("practice", "--applicants", "2", "--seed", "1", "--json") == 0, booth.err
    before = booth.json("status")
    assert booth.kiosk("verify") == 0, booth.out
    spoil(booth.booth / "journal.db")
    assert booth.kiosk("verify", "--json") == 1
    assert json.loads(booth.out)["fault"] == {"seq": 0, "problem": "pages"}
    assert booth.kiosk("sync", "--until-empty") == 0, booth.err
    state = store_of(booth)
    assert (state["put_aside"], state["missing"], state["problem"]) == (1, 0, "put-aside")
    after = booth.json("status")
    assert after["captured"] == int(str(before["captured"])) + 1  # the record that tells the office
    assert (after["waiting"], after["quarantined"]) == (0, 0)
    assert booth.kiosk("verify") == 0, booth.out
    assert booth.at_office("records", "--json") == 0
    kept = json.loads(booth.out)
    assert len(kept) == after["captured"]
    assert len({record["id"] for record in kept}) == len(kept)


def test_a_journal_that_is_gone_is_missing_and_not_a_booth_that_never_was(booth: House) -> None:
    (booth.booth / "journal.db").unlink()
    for command in ("status", "sync", "verify"):
        assert booth.kiosk(command) == 1
        assert "journal.db is gone" in booth.err

"""After a day with crashes and a hundred exceptions nobody finds a person on the booth's disk, and the disk opens no photo."""

import random
from pathlib import Path

import pytest

from tests.canary.booths import Haunt, haunted, kills, opened_by, opened_by_the_disk, packets
from tests.canary.values import JPEG_MARKER, forms, hits, people, words

_SECONDS = 600


def a_day_with_crashes(haunt: Haunt, crashes: int, seed: int) -> str:
    """Days that are killed, with the disk searched as each kill left it, then one that comes to its end."""
    for number, seconds in enumerate(kills(random.Random(seed), crashes)):
        haunt.play(number, kill_after=seconds)
        assert hits(haunt.searched) == [], f"after kill {number}"
    return haunt.play(1000 + seed)


def nothing_is_found(haunt: Haunt, said: str) -> None:
    assert "accidents 100" in said
    assert "done" in said, "the day came to its end"
    assert "uncaught" in said, "and then the program fell, with a person in the exception's text"
    assert hits(haunt.searched) == []
    sealed = packets(haunt.booth)
    assert len(sealed) >= len(people())
    assert opened_by_the_disk(haunt.booth) == 0
    key = haunt.office.keys.sealing.private_bytes_raw()
    assert opened_by(key, haunt.booth) == len(sealed), "it is the office that can open every one"


@pytest.mark.timeout(_SECONDS)
def test_a_day_with_a_crash(tmp_path: Path) -> None:
    with haunted(tmp_path) as haunt:
        nothing_is_found(haunt, a_day_with_crashes(haunt, 1, seed=1))
        # The search finds what is there: the program is made to drop a person where programs do.
        haunt.play(3, leak="log")
        assert any("kiosk" in hit or "day" in hit or "log" in hit for hit in hits(haunt.searched))
        assert any("person 3" in hit for hit in hits(haunt.searched))


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_a_day_with_twenty_crashes(tmp_path: Path) -> None:
    with haunted(tmp_path) as haunt:
        nothing_is_found(haunt, a_day_with_crashes(haunt, 20, seed=2))
        haunt.play(4, leak="file")
        assert any("person 5" in hit for hit in hits([haunt.folder / "temporary"]))


def test_there_are_fifty_and_each_is_found_in_every_form(tmp_path: Path) -> None:
    assert len(words()) == 50
    for word in words().values():
        for place, form in enumerate(forms(word)):
            (tmp_path / f"{place}.bin").write_bytes(b"\x80\x00" + form + b"\xff")
        found = hits([tmp_path])
        assert len(found) >= len(list(forms(word)))
    (tmp_path / "1.bin").write_bytes(JPEG_MARKER)
    assert any("picture in 1.bin" in hit for hit in hits([tmp_path]))


def test_a_name_in_a_files_name_is_found(tmp_path: Path) -> None:
    (tmp_path / f"{people()[0].nik}.jpg").write_bytes(b"")
    assert len(hits([tmp_path])) == 1

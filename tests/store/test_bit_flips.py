"""The proof of the bit flips in small, and that it would see a booth that looks away."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.bit_flips import TINY, flips
from bench.flip_booth import Fate, Truth, fill, start
from kiosk_app.errors import KioskError
from kiosk_app.store import carve, health, verify, witness
from kiosk_app.store.database import Database
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.pages import PageReader

Mutant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    root = tmp_path_factory.mktemp("whole")
    return root, fill(root, 6, 2_000, 1)


def fates(whole: tuple[Path, Truth], place: Path, names: list[str], count: int) -> list[Fate]:
    """`count` flips in the named files."""
    rng, found = random.Random(3), []
    for _turn in range(count):
        shutil.copytree(whole[0], place)
        path = place / rng.choice(names)
        content = bytearray(path.read_bytes())
        bit = rng.randrange(8 * len(content))
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        found.append(start(place, whole[1]))
        shutil.rmtree(place)
    return found


def test_a_folder_without_a_flip_is_as_it_was(whole: tuple[Path, Truth], tmp_path: Path) -> None:
    shutil.copytree(whole[0], tmp_path / "booth")
    assert start(tmp_path / "booth", whole[1]) == Fate("", False, 0, 0)


def test_no_flip_is_silent_and_no_record_is_lost() -> None:
    found = [fate for one in flips(TINY).values() for fate in one]
    assert len(found) == TINY.flips
    assert not any(fate.silent or fate.wrong for fate in found)


def no_witness(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(health, "testimony", lambda *_args: witness.Testimony.AGREES)


def test_without_the_witness_a_flip_in_the_log_would_be_silent(
    whole: tuple[Path, Truth], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_witness(monkeypatch)
    assert any(fate.silent for fate in fates(whole, tmp_path / "booth", ["journal.db-wal"], 6))


def test_without_the_hash_a_flip_in_a_packet_would_be_silent(
    whole: tuple[Path, Truth], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "packet_fault", lambda *_args: "")
    monkeypatch.setattr(verify, "_packet_fault", lambda *_args: "")
    packets = [str(path.relative_to(whole[0])) for path in whole[0].rglob("*.sealed")]
    assert any(fate.silent for fate in fates(whole, tmp_path / "booth", packets, 3))


def test_without_the_pages_codes_a_flip_in_the_file_would_not_be_put_right(
    whole: tuple[Path, Truth], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "authentic", lambda _self: True)
    monkeypatch.setattr(PageReader, "_mend", lambda *_args: None)
    found = fates(whole, tmp_path / "booth", ["journal.db"], 12)
    assert any(fate.refused or fate.lost for fate in found)


def test_without_the_carver_a_flip_in_the_log_would_cost_records(
    whole: tuple[Path, Truth], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carve, "_fits", lambda *_args: False)
    found = fates(whole, tmp_path / "booth", ["journal.db-wal"], 4)
    assert any(fate.lost for fate in found)
    assert not any(fate.silent for fate in found)


def test_every_single_bit_of_a_device_key_is_told_or_changes_nothing(tmp_path: Path) -> None:
    keys = FileKeyHolder(tmp_path)
    public = keys.ensure_device_key()
    path = tmp_path / "device.key"
    whole = path.read_bytes()
    harmless = 0
    for bit in range(8 * len(whole)):
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        try:
            harmless += FileKeyHolder(tmp_path).public_der() == public
        except KioskError as error:
            assert error.code == "keys-damaged", bit  # noqa: PT017  every one of a thousand
    assert harmless < 8

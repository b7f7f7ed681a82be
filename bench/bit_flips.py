"""One bit of a booth's data folder flips, anywhere: what the next start says of it, and what is lost."""

import random
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.flip_booth import Fate, Truth, fill, start
from bench.processes import say
from bench.tables import Table

COMMAND = "python -m bench bit_flips"
_KINDS = {
    "journal.db": "journal", "journal.db-wal": "SQLite's log", "journal.db.check": "key check", "journal.db.head": "witness",
    "journal.db.spare": "spare", "journal.key": "journal's key", "device.key": "device key",
}  # fmt: skip
_SHARES = {"journal": 4, "SQLite's log": 3, "packets": 1}  # of ten; what is left goes to the small files
_PACKETS = "packets"


@dataclass(frozen=True, slots=True)
class Sizes:
    """`flips` starts, each on a folder of `visits` with one photo each."""

    flips: int = 1000
    visits: int = 24
    photo_bytes: int = 20_000
    seed: int = 4


TINY = Sizes(flips=14, visits=6, photo_bytes=2_000)


def run(sizes: Sizes) -> Iterable[Table]:
    """Flips bits in turn and counts."""
    fates = flips(sizes)
    yield _table(sizes, fates)


def flips(sizes: Sizes) -> dict[str, list[Fate]]:
    """The fates by the kind of file that was hit."""
    rng = random.Random(sizes.seed)  # noqa: S311 - no secret
    fates: dict[str, list[Fate]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="bit-flips-") as place:
        whole, spoilt = Path(place, "whole"), Path(place, "spoilt")
        truth = fill(whole, sizes.visits, sizes.photo_bytes, sizes.seed)
        for turn in range(sizes.flips):
            if turn % 100 == 0:
                say(f"bit_flips: {turn} of {sizes.flips}")
            shutil.copytree(whole, spoilt)
            fates[_flip(spoilt, rng)].append(start(spoilt, truth))
            shutil.rmtree(spoilt)
        untouched = _untouched(whole, truth)
    if untouched.told or untouched.lost or untouched.wrong:
        raise RuntimeError(f"The folder was not whole before: {untouched.told}.")
    return fates


def _untouched(whole: Path, truth: Truth) -> Fate:
    return start(whole, truth)


def _flip(folder: Path, rng: random.Random) -> str:
    """Flips one bit of a file; the kind of file."""
    by_kind: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size:
            kind = _PACKETS if path.suffix == ".sealed" else _KINDS.get(path.name, "")
            if kind:
                by_kind[kind].append(path)
    small = [kind for kind in by_kind if kind not in _SHARES]
    kinds = [kind for kind, share in _SHARES.items() for _ in range(share)]
    kind = rng.choice([*kinds, *(rng.choice(small) for _ in range(10 - len(kinds)))])
    path = rng.choice(by_kind[kind])
    content = bytearray(path.read_bytes())
    bit = rng.randrange(8 * len(content))
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    return kind


def _table(sizes: Sizes, fates: dict[str, list[Fate]]) -> Table:
    everything = [fate for found in fates.values() for fate in found]
    rows = [_row(kind, found) for kind, found in sorted(fates.items(), key=lambda item: -len(item[1]))]
    told = Counter(fate.told or "nothing, and all is as it was" for fate in everything)
    return Table(
        f"{sizes.flips} single bits flipped in a booth's data folder",
        COMMAND,
        (
            "file hit",
            "flips",
            "all as it was",
            "put right",
            "told, something lost",
            "refused, nothing touched",
            "wrong",
            "silent",
        ),
        (*rows, _row("all", everything)),
        (
            f"a folder of {sizes.visits} visits, {sizes.visits} photos of {sizes.photo_bytes // 1000} kB, a third of it still in SQLite's"
            " log; each start as `kiosk-app run` begins: look, rebuild, sweep, then `verify`",
            "put right: told, and every record and photo is there; refused: the booth does not start and says why",
            "said: " + "; ".join(f"{slug} {count}" for slug, count in told.most_common()),
        ),
    )


def _row(kind: str, found: list[Fate]) -> tuple[str, ...]:
    as_it_was = sum(not fate.told and not fate.silent for fate in found)
    right = sum(bool(fate.told) and not fate.refused and not fate.lost + fate.wrong for fate in found)
    lost = sum(bool(fate.told) and fate.lost > 0 for fate in found)
    counts = (
        len(found), as_it_was, right, lost, sum(fate.refused for fate in found), sum(fate.wrong > 0 for fate in found),
        sum(fate.silent for fate in found),
    )  # fmt: skip
    return (kind, *(str(count) for count in counts))

"""Fifty values of people through days with kills and a hundred exceptions: how many are found on the disk, how many photos it opens."""

import random
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.processes import say
from bench.tables import Table
from tests.canary.booths import Haunt, haunted, kills, opened_by, opened_by_the_disk, packets
from tests.canary.values import hits, words

COMMAND = "python -m bench canary"
_SEED = 5


@dataclass(frozen=True, slots=True)
class Sizes:
    """Days that are killed, before one that is not."""

    kills: int = 20


TINY = Sizes(kills=1)


def run(sizes: Sizes) -> Iterable[Table]:
    """The booth, searched after every kill and at the end; then the same search on a booth whose program leaks."""
    with tempfile.TemporaryDirectory(prefix="kiosk-canary-") as name, haunted(Path(name)) as haunt:
        found = 0
        for number, seconds in enumerate(kills(random.Random(_SEED), sizes.kills)):  # noqa: S311 - no secret
            haunt.play(number, kill_after=seconds)
            found += len(hits(haunt.searched))
            say(f"canary: kill {number + 1} of {sizes.kills}: {found} hits")
        said = haunt.play(1000)
        found += len(hits(haunt.searched))
        files = [path for folder in haunt.searched for path in folder.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        photos, disk = len(packets(haunt.booth)), opened_by_the_disk(haunt.booth)
        office = opened_by(haunt.office.keys.sealing.private_bytes_raw(), haunt.booth)
        leaks = [_leaked(haunt, leak) for leak in ("log", "file")]
    accidents = next((line.split()[1] for line in said.splitlines() if line.startswith("accidents")), "0")
    yield Table(
        "Canaries on the booth's disk",
        COMMAND,
        ("what", "figure"),
        (
            ("values searched for, each in 11 forms", str(len(words()))),
            ("days that were killed", str(sizes.kills)),
            ("exceptions with a person in them", accidents),
            ("files and MB searched at the end", f"{len(files)}, {size / 1e6:.1f}"),
            ("values found", str(found)),
            ("photos in the booth", str(photos)),
            ("... opened with anything on its disk", str(disk)),
            ("... opened with the office's key", str(office)),
            ("planted leaks found (a log line, a temporary file)", f"{sum(leaks)} of {len(leaks)}"),
        ),
        (
            "Searched: the data folder with its databases, write-ahead logs, keys and logs, the folder for temporary files, and all that"
            " the programs printed; after every kill and at the end.",
        ),
    )


def _leaked(haunt: Haunt, leak: str) -> bool:
    before = len(hits(haunt.searched))
    haunt.play(1, leak=leak)
    return len(hits(haunt.searched)) > before

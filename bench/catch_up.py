"""After three days without network: how fast everything gets to the office over a bad link, and whether the screen notices."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.faults.link import End
from bench.faults.namespaces import missing
from bench.faults.wire import Shape
from bench.machine import filesystem
from bench.outage import RECORDS_A_VISIT, Child, Outage, Scene, make, scene
from bench.processes import say
from bench.tables import Table, number, percentile

COMMAND = "python -m bench catch_up"
_SEED = 11
_LONGEST_S = 900.0
_STALL_MS = 50.0
_OTHER_CONTROL = "reno"
OUTAGE, SHAPE = Outage(visits=750, photo_bytes=150_000), Shape()
Gaps = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Sizes:
    """`naive`: so many records and photos of the naive client's are measured; `outages`: seconds that the link is gone, one trial each.

    `fresh`: records that are captured while the photo lane is dead. `other_s`: how long photos are watched without BBR.
    """

    outage: Outage = OUTAGE
    shape: Shape = SHAPE
    naive: tuple[int, int] = (100, 20)
    outages: tuple[float, ...] = (20.0, 40.0, 60.0)
    fresh: int = 20
    other_s: float = 120.0


TINY = Sizes(Outage(visits=6, photo_bytes=20_000), Shape(delay_s=0.02), (3, 1), (1.0,), 3, 1.0)


@dataclass(slots=True)
class Run:
    """What one scene showed, in seconds since its engine began: `photos` had arrived after `photos_s`.

    `gaps_ms` are the screen's, `beside_ms` those of a bare event loop in another program at the same time.
    """

    first_s: float = 0.0
    records_s: float = 0.0
    photos_s: float = 0.0
    photos: int = 0
    gaps_ms: Gaps = field(default_factory=list)
    beside_ms: Gaps = field(default_factory=list)
    commits_ms: list[float] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)


def run(sizes: Sizes) -> Iterable[Table]:
    """Every scene has its own copies of the folders and its own link. No table where this machine cannot have one."""
    reason = missing()
    if reason:
        say(f"catch_up: skipped, {reason}")
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as name:
        made = Path(name) / "made"
        made.mkdir()
        say("catch_up: filling the booth")
        make(made, sizes.outage, _SEED)
        records = sizes.outage.visits * RECORDS_A_VISIT
        naive = _naive(made, sizes)
        runs = {
            "engine": _engine(made, sizes, records),
            f"engine, kernel with {_OTHER_CONTROL} only": _engine(made, sizes, records, without_bbr=True),
        }
        alone = _records_only(made, sizes, records)
        dead = _dead_photos(made, sizes, records)
        yield _speed(sizes, naive, runs)
        yield _lanes(sizes, alone, dead)
        yield _screen(runs, dead)
        yield _first(made, sizes)


def _naive(made: Path, sizes: Sizes) -> tuple[float, float]:
    """Records and photos a second."""
    say("catch_up: the naive client")
    records, photos = sizes.naive
    with scene(made, sizes.shape) as here:
        words = [
            sys.executable,
            "-m",
            "bench.children.naive_client",
            str(here.booth),
            here.address,
            *map(str, sizes.naive),
        ]
        done = subprocess.run(here.link.at("near", words), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return records / told["records_s"], photos / told["photos_s"]


def _engine(made: Path, sizes: Sizes, records: int, without_bbr: bool = False) -> Run:
    """With the engine's own choice of congestion control until all is there; or with one that takes loss for a full queue, a while."""
    say("catch_up: the engine" + (", on a kernel without BBR" if without_bbr else ""))
    ends: tuple[End, End] = ("near", "far")
    with scene(made, sizes.shape) as here:
        for end in ends if without_bbr else ():
            setting = ["sh", "-c", f"echo {_OTHER_CONTROL} > /proc/sys/net/ipv4/tcp_congestion_control"]
            subprocess.run(here.link.at(end, setting), check=True)
        with here.engine(*["kernel"] * without_bbr) as child, _bare_loop() as beside:
            result = _until_empty(child, records, sizes.outage.visits, sizes.other_s if without_bbr else _LONGEST_S)
            result.gaps_ms = child.finish()
            result.beside_ms = beside.finish()
    return result


@contextmanager
def _bare_loop() -> Iterator[Child]:
    """The same event loop with nothing beside it in its program: what the machine alone does to it."""
    with Child([sys.executable, "-m", "bench.children.catching_up", os.devnull]) as child:
        child.wait_for(lambda one: one["what"] == "start", 60.0)
        yield child


def _until_empty(child: Child, records: int, photos: int = 0, longest_s: float = _LONGEST_S) -> Run:
    """Waits for all of them, and captures one record a second meanwhile, as a booth that is open does."""
    start = child.wait_for(lambda one: one["what"] == "start", 60.0)["t"]
    said = seen = 0
    while True:
        outbox = [one for one in child.events if one["what"] == "outbox"]
        last = outbox[-1] if outbox else {"t": start, "acked": 0, "waiting": 1, "blobs": photos}
        took = time.monotonic() - start
        if last["acked"] >= records and (
            not photos or not last["blobs"] or (took > longest_s and last["blobs"] < photos)
        ):
            break
        if took > _LONGEST_S:
            raise TimeoutError(f"Not everything is there after {_LONGEST_S} s: {last}.")
        child.order("1")
        time.sleep(1.0)
        seen += 1
        if seen // 30 > said:
            said = seen // 30
            say(f"catch_up: after {seen} s {last['acked']} records, {last['blobs']} photos wait")
    arrived = [one["t"] for one in outbox if photos and one["blobs"] == last["blobs"]]
    return Run(
        first_s=next(one["t"] for one in outbox if one["acked"] > 0) - start,
        records_s=next(one["t"] for one in outbox if one["acked"] >= records) - start,
        photos=photos - last["blobs"] if photos else 0,
        photos_s=min(arrived) - start if arrived else 0.0,
        commits_ms=[one["ms"] for one in child.events if one["what"] == "kept"],
    )


def _records_only(made: Path, sizes: Sizes, records: int) -> Run:
    say("catch_up: without photos")
    with scene(made, sizes.shape, photos=False) as here, here.engine() as child:
        return _until_empty(child, records)


def _dead_photos(made: Path, sizes: Sizes, records: int) -> Run:
    """No photo gets through: how long the records take, and then how late each fresh one is confirmed."""
    say("catch_up: a dead photo lane")
    with scene(made, sizes.shape, tarpit=True) as here, here.engine() as child, _bare_loop() as beside:
        result = _until_empty(child, records)
        for _ in range(sizes.fresh):
            child.order("1")
            time.sleep(0.7)
        kept = child.wait_for(lambda one: one["what"] == "kept", 60.0, _last(child, "kept"))
        child.wait_for(lambda one: one["what"] == "outbox" and one["acked"] >= kept["place"], 120.0)
        result.late_s = _delays(child.events, sizes.fresh)
        result.gaps_ms = child.finish()
        result.beside_ms = beside.finish()
    return result


def _last(child: Child, what: str) -> int:
    return max(place for place, one in enumerate(child.events) if one["what"] == what)


def _delays(events: Sequence[dict[str, Any]], last: int) -> list[float]:
    """From the moment when each of the last records was kept until the office's word for it was."""
    outbox = [(one["t"], one["acked"]) for one in events if one["what"] == "outbox"]
    kept = [one for one in events if one["what"] == "kept"][-last:]
    return [max(min(t for t, acked in outbox if acked >= one["place"]) - one["t"], 0.0) for one in kept]


def _first(made: Path, sizes: Sizes) -> Table:
    """The link goes and comes back, three ways."""
    rows = []
    with scene(made, sizes.shape, photos=False) as here, here.engine() as child:
        child.wait_for(lambda one: one["what"] == "outbox" and one["waiting"] == 0, _LONGEST_S)
        for name, cable, capture in (
            ("cable out and in again", True, False),
            ("link silent, then a record is captured", False, True),
            ("link silent, nobody does anything", False, False),
        ):
            took = []
            for gone_s in sizes.outages:
                say(f"catch_up: {name}, {gone_s:.0f} s")
                took.append(_trial(here, child, gone_s, cable, capture))
            rows.append((name, *(f"{one:.1f}" for one in took)))
    return Table(
        "First record confirmed after the link came back (s)",
        COMMAND,
        ("", *(f"after {gone_s:.0f} s" for gone_s in sizes.outages)),
        tuple(rows),
        (
            "A record is captured while the link is gone, so that the engine tries and waits. The time runs from the moment when"
            " packets pass again until the office's word is in the journal. Nobody tells the engine that a silent link is back:"
            " without a new record its timer alone counts, whose longest wait is 60 s.",
        ),
    )


def _trial(here: Scene, child: Child, gone_s: float, cable: bool, capture: bool) -> float:
    if cable:
        here.route(False)
    here.link.up(False)
    time.sleep(0.5)
    begin = len(child.events)
    child.order("1")
    place = child.wait_for(lambda one: one["what"] == "kept", 60.0, begin)["place"]
    time.sleep(gone_s)
    if cable:
        here.route(True)
    returned = time.monotonic()
    here.link.up(True)
    if capture:
        child.order("1")
    told = child.wait_for(lambda one: one["what"] == "outbox" and one["acked"] >= place, 600.0, begin)
    child.wait_for(lambda one: one["what"] == "outbox" and one["waiting"] == 0, 600.0, begin)
    return float(told["t"]) - returned


def _speed(sizes: Sizes, naive: tuple[float, float], runs: dict[str, Run]) -> Table:
    outage, shape = sizes.outage, sizes.shape
    records = outage.visits * RECORDS_A_VISIT

    def row(name: str, one: Run) -> tuple[str, ...]:
        photo_rate = one.photos * outage.photo_bytes * 8 / one.photos_s
        whole = one.photos_s * outage.visits / one.photos
        return (
            name, number(records / one.records_s), f"{one.records_s:.0f}", number(one.first_s),
            number(photo_rate / 1e6), f"{photo_rate / shape.rate:.0%}", f"{whole:.0f}{'' if one.photos == outage.visits else ' *'}",
        )  # fmt: skip

    photo_rate = naive[1] * outage.photo_bytes * 8
    rows = [row(name, one) for name, one in runs.items()]
    rows.append(
        (
            "naive client", number(naive[0]), f"{records / naive[0]:.0f} *", "", number(photo_rate / 1e6),
            f"{photo_rate / shape.rate:.0%}", f"{outage.visits / naive[1]:.0f} *",
        )
    )  # fmt: skip
    return Table(
        f"Catching up after {outage.days} days: {records:,} records, {outage.visits:,} photos of"
        f" {outage.photo_bytes / 1000:.0f} kB",
        COMMAND,
        (
            "",
            "records/s",
            "all records (s)",
            "first record (s)",
            "photos, Mbit/s",
            "share of the link",
            "all photos (s)",
        ),
        tuple(rows),
        (
            f"Emulated link: {shape.rate / 1e6:.0f} Mbit/s, {shape.delay_s * 2000:.0f} ms there and back, {shape.loss:.0%} of the"
            f" packets lost each way, {shape.queue / 1000:.0f} kB may wait; real TCP of the kernel at both ends."
            " Records and photos share the link in the same run; a record a second is captured meanwhile.",
            f"The office is the reference office on SQLite, on the same machine; all files on {filesystem(Path(tempfile.gettempdir()))}.",
            f"Naive: one record a request, one photo at a time, a new connection for each; measured over {sizes.naive[0]} records"
            f" and {sizes.naive[1]} photos, one kind after the other, with the kernel's own congestion control. * computed from a part.",
        ),
    )


def _lanes(sizes: Sizes, alone: Run, dead: Run) -> Table:
    return Table(
        "A dead photo lane: what it costs the records (s)",
        COMMAND,
        ("", "no photos wait", "no photo gets through", "delay"),
        (
            ("all records", number(alone.records_s), number(dead.records_s), number(dead.records_s - alone.records_s)),
            ("first record", number(alone.first_s), number(dead.first_s), number(dead.first_s - alone.first_s)),
            (f"each of {sizes.fresh} fresh ones, longest", "", number(max(dead.late_s)), ""),
            ("... p50", "", number(percentile(dead.late_s, 0.5)), ""),
        ),
        (
            "Before the office stands a proxy that takes every request about a photo and never answers; the uploads go on using the"
            " link until their time-outs.",
        ),
    )


def _screen(runs: dict[str, Run], dead: Run) -> Table:
    rows = []
    for name, one in {
        **{f"catching up, {control}": one for control, one in runs.items()},
        "photo lane dead": dead,
    }.items():
        rows.append(_gaps(name, one.gaps_ms, one.commits_ms))
        rows.append(_gaps("... a bare loop at that time", one.beside_ms, []))
    return Table(
        "The screen while catching up: gaps between ticks of a 10 ms timer (ms)",
        COMMAND,
        (
            "",
            "ticks",
            "p50",
            "p99",
            "p99.9",
            "longest",
            "over 50",
            "... of its own",
            "longest of its own",
            "commit p50",
            "p99",
        ),
        tuple(rows),
        (
            "Qt's event loop (offscreen) in the main thread, the engine's threads and the store's thread beside it in one process,"
            " as in the booth; a label shows each change of the status. The bare loop is another process, with nothing beside it.",
            "Of its own: without the time in which the main thread was ready and other programs had the processors.",
            "Commit: a record appended in the store's own thread, with its sync to disk, while the engine works.",
        ),
    )


def _gaps(name: str, gaps: Gaps, commits: list[float]) -> tuple[str, ...]:
    whole, own = [gap for gap, _ in gaps], [gap - waited for gap, waited in gaps]
    shares = [number(percentile(whole, share)) for share in (0.5, 0.99, 0.999, 1.0)]
    over = [str(sum(gap > _STALL_MS for gap in some)) for some in (whole, own)]
    told = [number(percentile(commits, share)) for share in (0.5, 0.99)] if commits else ["", ""]
    return (name, f"{len(gaps):,}", *shares, *over, number(max(own)), *told)

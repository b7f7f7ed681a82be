"""Reading codes beside zxing-cpp, pyzbar and OpenCV: on frames with one fault each, photos, and codes brought to the camera."""

import itertools
import math
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from types import ModuleType

import cv2
import numpy as np
import zxingcpp

from bench.code_peers import (
    OURS,
    PLAIN,
    FirstReads,
    Ours,
    Reader,
    load_tool,
    peers,
    plain_text,
    sequence_content,
    settings,
)
from bench.processes import say
from bench.tables import Table, number, percentile
from kiosk_app.booth.codes import SignedCode, booking_id_text, encode_signed, pack_body
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Image
from kiosk_app.camera.limits import Limits
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.scene import Scene
from kiosk_app.camera.practice.stage import Stage, holding

COMMAND = "python -m bench codes"
_PHOTOS = Path(os.environ.get("KIOSK_APP_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data") / "qr_photos"
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_SLOT = datetime(2025, 1, 25, 3, 30, tzinfo=UTC)
_SEQUENCE_FRAMES, _SEQUENCE_FPS = 30, 15
_CERTAIN = frozenset(
    (
        *(
            "clean",
            "tilt25",
            "tilt40",
            "roll_any",
            "dark",
            "dim",
            "underexposed",
            "overexposed",
            "lowcontrast",
            "phone",
        ),
        *("faded12", "banding", "inverted", "quiet1", "inv_quiet1", "occl5", "occl10", "jpeg30", "jpeg12"),
        *("mod4", "mod3", "mod2.5", "motion1", "defocus0.5", "defocus0.65"),
    )
)
_PICTURES = {".png", ".jpg", ".jpeg", ".webp"}
# At the border of what is read and beyond it: (what is wrong, what helps, the tool's words for it).
_FAULTS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("module of 1.3 px", "closer", {"module": 1.3}),
    ("out of focus by 0.95 modules", "still", {"defocus": 0.95}),
    ("moved by 2.5 modules, out of focus", "still", {"motion": 2.5, "defocus": 0.6}),
    ("lamp's reflection over a quarter", "tilt", {"surface": "phone", "glare": ("spot", 0.26)}),
    ("seen from aside, 65 degrees", "tilt", {"tilt": 65}),
    ("dark phone under a thumb", "bright", {"surface": "phone", "white": 0.33, "black": 0.2, "occl": 0.22}),
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Seeds: none of those that the reader was tuned on (11, 12, 31, 41, 42). `conditions`: None is all."""

    seeds: tuple[int, ...] = (1, 2, 3)
    conditions: tuple[str, ...] | None = None
    payloads: tuple[int, ...] = (20, 120, 300)
    empty: int = 20
    photos: int | None = None
    sequences: int = 5
    faults: int = 6
    practice: int = 15


TINY = Sizes((1,), ("clean", "quiet0"), (20,), 1, 4, 1, 1, 1)


def run(sizes: Sizes) -> Iterable[Table]:
    """The practice frames always; the rest where the shared tools and photos are."""
    cv2.setNumThreads(1)  # as the camera's worker does
    tool = load_tool()
    if tool is not None:
        tool.__dict__["CLOCK"] = time.process_time
        yield from _frames(tool, sizes)
        yield _sequences(tool, sizes)
        yield _advice(tool, sizes)
        if _PHOTOS.is_dir():
            yield _photos(tool, sizes)
        else:
            say("codes: the shared photos are not here; their table is left out")
    yield _practice(sizes)


def _frames(tool: ModuleType, sizes: Sizes) -> Iterable[Table]:
    ours = Ours()
    readers: dict[str, Reader] = {OURS: ours, **peers(tool)}
    rows: list[dict[str, object]] = []
    conditions = sizes.conditions or tuple(tool.CONDS)
    for seed in sizes.seeds:
        say(f"codes: frames of seed {seed}")
        given = settings(seed=seed, n=1, conditions=conditions, payloads=sizes.payloads)
        rows += tool.cmd_frames(given, readers)["rows"]
    empty = tool.cmd_empty(settings(seed=sizes.seeds[0], n=sizes.empty), readers)["rows"]

    def total(key: str, name: str, condition: str | None = None) -> int:
        kept = [row for row in rows if row["dec"] == name and condition in (None, row["cond"])]
        return sum(int(str(row[key])) for row in kept)

    def share(name: str, condition: str | None = None) -> str:
        return f"{100 * total('ok', name, condition) / total('n', name, condition):.0f}"

    body = [(condition, *(share(name, condition) for name in readers)) for condition in conditions]
    body.append(("all", *(f"{100 * total('ok', name) / total('n', name):.1f}" for name in readers)))
    short = [name for name in conditions if name in _CERTAIN and total("ok", OURS, name) < total("n", OURS, name)]
    yield Table(
        "Frames with one fault each: read, percent",
        COMMAND,
        ("", *readers),
        tuple(body),
        (
            f"`qr_bench.py frames`, seeds {', '.join(map(str, sizes.seeds))}: {total('n', OURS)} frames of 1280 x 720 and 1920 x"
            " 1080, codes of 20, 120 and 300 bytes; one call a frame; a reader goes from frame to frame.",
            "The design asks for 88 % of all, and 100 % of the conditions that it calls certain; of those "
            + (f"not reached: {', '.join(short)}." if short else "all are reached."),
        ),
    )
    taken: dict[str, list[float]] = {name: [] for name in readers}
    cells: list[tuple[str, ...]] = []
    for size in ("720", "1080"):
        times = {
            name: [t for r in rows if r["dec"] == name and r["size"] == size for t in _floats(r["t"])]
            for name in readers
        }
        for name in readers:
            taken[name] += times[name]
        cells.append((f"{size} rows: median, ms", *(number(median(times[name])) for name in readers)))
        cells.append((f"{size} rows: p95, ms", *(number(percentile(times[name], 0.95)) for name in readers)))
        for label, key in (("median", "med"), ("p95", "p95")):
            value = {str(row["dec"]): float(row[key]) for row in empty if row["size"] == size}
            cells.append((f"{size} rows, no code: {label}, ms", *(number(value[name]) for name in readers)))
    plain = median(taken[PLAIN])
    cells.append(("median as a multiple of zxing-cpp's", *(f"{median(taken[name]) / plain:.2f}" for name in readers)))
    cells.append(("frames with a wrong content", *(str(total("bad", name)) for name in readers)))
    nothing = {name: sum(int(row["fp"]) for row in empty if row["dec"] == name) for name in readers}
    cells.append((f"a content where no code is, of {2 * sizes.empty}", *(str(nothing[name]) for name in readers)))
    cells.append(("errors thrown", str(ours.errors), *("-" for _ in range(len(readers) - 1))))
    yield Table(
        "Frames with one fault each: CPU time, wrong contents",
        COMMAND,
        ("", *readers),
        tuple(cells),
        (
            "The same frames; process time, one thread. What a difficult frame costs is spent only where something is seen.",
        ),
    )


def _sequences(tool: ModuleType, sizes: Sizes) -> Table:
    ours = Ours()
    plain = peers(tool, (PLAIN,))[PLAIN]
    every_s = 1 / Limits().codes_per_s
    readers = {
        name: FirstReads(reader, _SEQUENCE_FRAMES, _SEQUENCE_FPS, every_s)
        for name, reader in ((OURS, ours), (PLAIN, lambda gray, _at: plain(gray)))
    }
    told: Counter[str] = Counter()
    for seed in sizes.seeds:
        say(f"codes: sequences of seed {seed}")
        for size, length in itertools.product(("720", "1080"), sizes.payloads):
            contents = [sequence_content(tool, seed, size, length, place) for place in range(sizes.sequences)]
            for reader in readers.values():
                reader.expect(contents)
            given = settings(seed=seed, n=sizes.sequences, sizes=[size], payloads=[length])
            told.update({row["dec"]: row["read"] for row in tool.cmd_seq(given, readers)["rows"]})
    rows = []
    for name, reader in readers.items():
        seconds = [math.inf if first is None else first for first in reader.first]
        read = sum(map(math.isfinite, seconds))
        if read != told[name]:
            raise RuntimeError(f"The tool has seen {told[name]} sequences read, not {read}: it shows other contents.")
        spread = (_read_after(second) for second in (percentile(seconds, 0.5), percentile(seconds, 0.9), max(seconds)))
        rows.append((name, f"{read} of {len(seconds)}", *spread, f"{reader.wrong} of {reader.looks} looks"))
    return Table(
        "A code brought to the camera: seconds until it is read",
        COMMAND,
        ("", "read within 2 s", "p50", "p90", "longest", "wrong contents"),
        tuple(rows),
        (
            f"`qr_bench.py seq`, seeds {', '.join(map(str, sizes.seeds))}: it comes from below in 0.6 s, blurred by the movement"
            f" and out of focus, and then shakes. The camera gives {_SEQUENCE_FPS} frames/s; as in the booth the newest one is"
            f" looked at {Limits().codes_per_s:g} times a second at most.",
            "Seconds of the stream since the code's first frame, with the CPU time of the look that read it; where in the rhythm of"
            f" the looks the code comes up differs. Only the content that was shown counts as read. Errors thrown: {ours.errors}.",
        ),
    )


def _read_after(seconds: float) -> str:
    return f"{seconds:.2f}" if math.isfinite(seconds) else "not read"


def _advice(tool: ModuleType, sizes: Sizes) -> Table:
    say("codes: advice")
    rows = []
    for place, (fault, wanted, over) in enumerate(_FAULTS):
        said: Counter[str] = Counter()
        for number_ in range(sizes.faults):
            random_ = np.random.default_rng([sizes.seeds[0], 51, place, number_])
            payload = tool.payload_of(random_, 120)
            said[_said(tool.frame(random_, "1080" if number_ % 2 else "720", payload, **over)[0])] += 1
        rest = ", ".join(f"{name}: {count}" for name, count in said.items() if name != wanted) or "-"
        rows.append((fault, wanted, str(said[wanted]), rest))
    empty: Counter[str] = Counter()
    for size in ("720", "1080"):
        width, height = tool.SIZES[size]
        for number_ in range(sizes.empty):
            random_ = np.random.default_rng([sizes.seeds[0], 52, int(size), number_])
            noisy = tool.background(random_, width, height) + random_.normal(0, 0.02, (height, width))
            empty[_said(np.clip(noisy * 255, 0, 255).astype(np.uint8))] += 1
    rest = ", ".join(f"{name}: {count}" for name, count in empty.items() if name != "none") or "-"
    rows.append(("no code at all", "none", str(empty["none"]), rest))
    return Table(
        "Advice after 1.2 s of a code that cannot be read",
        COMMAND,
        ("what is wrong", "what helps", "said", "said instead, or read"),
        tuple(rows),
        (f"{sizes.faults} frames of each fault, each held for 1.3 s; {2 * sizes.empty} frames without a code.",),
    )


def _said(gray: Image) -> str:
    reader = CodeReader()
    for step in range(13):
        if reader.read(gray, step / 10):
            return "read"
    return reader.advice.value if reader.advice else "none"


def _photos(tool: ModuleType, sizes: Sizes) -> Table:
    say("codes: photos")
    codes = _pictures("qrcode-*/*")[: sizes.photos]
    others = _pictures("falsepositives-*/*")[: sizes.photos]
    rows = []
    for name, reader in {OURS: None, **peers(tool), PLAIN: plain_text}.items():
        read = wrong = 0
        taken = []
        for file, gray in codes:
            begun = time.process_time()
            found = tool.timed(reader or Ours(), gray)[0]
            taken.append((time.process_time() - begun) * 1e3)
            right = _right(file, found)
            read += right
            wrong += bool(found) and not right
        invented = sum(bool(tool.timed(reader or Ours(), gray)[0]) for _file, gray in others)
        spread = (number(median(taken)), number(percentile(taken, 0.95)))
        rows.append((name, f"{read} of {len(codes)}", str(wrong), f"{invented} of {len(others)}", *spread))
    return Table(
        "Real photos",
        COMMAND,
        ("", "read", "wrong content", "a content where no code is", "median, ms", "p95, ms"),
        tuple(rows),
        (
            "One call a photo, each the first of a stream for CodeReader. The photos are zxing-cpp's own test samples. Four of"
            " them have no text beside them: any content counts as read. pyzbar and OpenCV guess the alphabet of a content"
            " themselves: where they guess wrong it counts as a wrong content.",
        ),
    )


def _pictures(pattern: str) -> list[tuple[Path, Image]]:
    files = [file for file in sorted(_PHOTOS.glob(pattern)) if file.suffix in _PICTURES]
    pictures = ((file, cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)) for file in files)
    return [(file, np.asarray(picture, np.uint8)) for file, picture in pictures if picture is not None]


def _right(file: Path, found: Sequence[bytes]) -> bool:
    """Whether the file beside the photo says the same; four photos, parts of one long text, have none."""
    truth = file.with_suffix(".txt")
    if not truth.exists():
        return bool(found)
    return _plain(truth.read_bytes()) in [_plain(content) for content in found]


def _plain(content: bytes) -> bytes:
    return content.strip().replace(b"\r\n", b"\n")


def _practice(sizes: Sizes) -> Table:
    say("codes: practice frames")
    rng = random.Random(4)  # noqa: S311 - figures, no secrets
    camera = PracticeCamera(Stage())
    texts = [_code_text(rng) for _ in range(sizes.practice)]
    held = [
        _gray(camera.render(holding(text, Person.random(place), light=rng.uniform(0.5, 1.0)), place))
        for place, text in enumerate(texts, 1)
    ]
    empty = [_gray(camera.render(Scene(light=rng.uniform(0.5, 1.0)), place)) for place in range(sizes.practice)]
    rows = []
    for kind, frames, wanted in (("a code is held up", held, texts), ("nobody is there", empty, None)):
        readers: dict[str, Callable[[Image], list[str]]] = {OURS: CodeReader().read, PLAIN: _plain_qr}
        for name, reader in readers.items():
            reader(frames[0])
            taken, read = [], 0
            for place, frame in enumerate(frames):
                begun = time.process_time()
                found = reader(frame)
                taken.append((time.process_time() - begun) * 1e3)
                read += wanted is not None and wanted[place] in found
            spread = (number(median(taken)), number(percentile(taken, 0.95)))
            rows.append((f"{kind}: {name}", *spread, f"{read} of {len(frames)}" if wanted else "-"))
    note = f"{sizes.practice} frames of 1280 x 720 of each kind, from the practice camera; process time, one thread."
    return Table("Practice frames: CPU time", COMMAND, ("", "median, ms", "p95, ms", "read"), tuple(rows), (note,))


def _plain_qr(gray: Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(gray, formats=_QR)]


def _gray(bgr: Image) -> Image:
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), np.uint8)


def _code_text(rng: random.Random) -> str:
    """A code of the length and the alphabet of ours; who signed it does not matter to a reader."""
    body = pack_body(SignedCode(1, booking_id_text(rng.getrandbits(50)), 1001, _SLOT, 2))
    return encode_signed(body, rng.randbytes(64))


def _floats(values: object) -> list[float]:
    return [float(value) for value in values] if isinstance(values, list) else []

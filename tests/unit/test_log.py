"""Nothing that names a person gets through a log: not by a field, a text, an exception, or what Python prints by itself."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app import log

PERSONAL = {
    "NIK": "1671014107900001",
    "NIK with spaces": "1671 0141 0790 0001",
    "NIK with dots": "16.71.01.410790.0001",
    "Arabic digits": "١٦٧١٠١٤١٠٧٩٠٠٠٠١",
    "date": "1961-07-23",
    "date with slashes": "23/07/1961",
    "phone": "+62 812-3456-7890",
    "phone with area": "(0711) 345678",
    "e-mail": "siti.aminah+paspor@contoh.co.id",
    "booking code": "IMI1AEAACBQGBI",
}  # fmt: skip


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    handler = logging.FileHandler(tmp_path / "log", encoding="utf-8")
    handler.setFormatter(log.JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield tmp_path / "log"
    root.removeHandler(handler)
    handler.close()


def last(file: Path) -> dict[str, object]:
    return dict(json.loads(file.read_text(encoding="utf-8").splitlines()[-1]))


@pytest.mark.parametrize("kind", PERSONAL)
def test_the_scrubber_takes_it_out_wherever_it_stands(kind: str) -> None:
    text = PERSONAL[kind]
    for around in (f"{text}", f"x {text} y", f"'{text}'", f"key={text};", f"\u202e{text}\n"):
        cleaned = log.scrub(around)
        assert text not in cleaned
        assert "[removed]" in cleaned
        assert cleaned.isprintable()


@pytest.mark.parametrize("harmless", ["192.168.1.10", "10.0.0.1", "store-full", "0.4.1", "journal.db", "v1", "1234567"])
def test_what_names_nobody_stays(harmless: str) -> None:
    assert log.scrub(harmless) == harmless


def test_a_field_that_is_not_on_the_list_is_refused_and_one_that_is_comes_scrubbed(logged: Path) -> None:
    logger = logging.getLogger("store")
    with pytest.raises(ValueError, match="allow-list: person"):
        log.event(logger, "arrived", logging.WARNING, person="Siti")
    log.event(logger, "odd", logging.WARNING, code=PERSONAL["NIK"], seconds=1671014107900001.0, count=3, size=1.5)
    line = last(logged)
    assert (line["code"], line["seconds"], line["count"], line["size"]) == ("[removed]", "[removed]", "3", 1.5)
    logger.warning("by hand", extra={"fields": {"person": "Siti", "code": "x"}})
    assert "Siti" not in logged.read_text(encoding="utf-8")


def test_a_value_without_end_is_cut(logged: Path) -> None:
    log.event(logging.getLogger("store"), "odd", logging.WARNING, code="x" * 10_000)
    assert len(logged.read_text(encoding="utf-8")) < 1000


def test_of_other_peoples_texts_only_the_template_is_kept(logged: Path) -> None:
    foreign = logging.getLogger("somelibrary.parser")
    foreign.warning("cannot read %r", "Siti Aminah")
    assert last(logged)["event"] == "cannot read %r"
    foreign.warning(f"cannot read {'Siti Aminah'}")
    assert last(logged)["event"] == "foreign"
    assert str(last(logged)["where"]).startswith("test_log:")
    assert "Siti" not in logged.read_text(encoding="utf-8")


def test_our_own_texts_are_kept_and_scrubbed(logged: Path) -> None:
    logging.getLogger("kiosk_app.ui.i18n").warning("no text for %s in %s", "a.b", "en")
    assert last(logged)["event"] == "no text for a.b in en"


def test_of_an_exception_only_type_and_place_are_kept(logged: Path) -> None:
    def parse(name: str) -> int:
        return int(name)

    try:
        parse("Siti Aminah 1671")
    except ValueError:
        logging.getLogger("store").exception("failed")
    text = logged.read_text(encoding="utf-8")
    assert str(last(logged)["error"]).startswith("ValueError at tests.unit.test_log:")
    assert "Siti" not in text
    assert "1671" not in text


# A program that ends by an exception, one in a thread, one in a destructor, a warning, and a log call that itself fails.
_LAST_WORDS = """
import logging, sys, threading, warnings
from pathlib import Path
from kiosk_app import log

log.configure(Path(sys.argv[1]))

class Falls:
    def __del__(self):
        raise ValueError("Siti Aminah in a destructor")

    def __str__(self):
        raise ValueError("Siti Aminah in a text")

def fall():
    name = "Siti Aminah"
    raise RuntimeError(f"cannot serve {name}")

thread = threading.Thread(target=fall)
thread.start()
thread.join()
warnings.warn("Siti Aminah is warned of")
logging.getLogger("kiosk_app.x").warning("%d", "Siti Aminah")
log.event(logging.getLogger("x"), "bad", logging.ERROR, code=Falls())
del thread
Falls()
fall()
"""


def test_pythons_own_last_words_quote_nobody(tmp_path: Path) -> None:
    file = tmp_path / "log" / "kiosk.log"
    ended = subprocess.run(
        [sys.executable, "-c", _LAST_WORDS, str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    events = [json.loads(line)["event"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert {"thread-fell", "unraisable", "uncaught"} <= set(events)
    for told in (ended.stdout, ended.stderr, file.read_text(encoding="utf-8")):
        assert "Siti" not in told
        assert "Traceback" not in told


def test_the_file_is_its_owners_alone_and_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_LOG_BYTES", 20_000)
    root = logging.getLogger()
    before = root.level
    try:
        log.configure(tmp_path / "log" / "kiosk.log")
        assert (tmp_path / "log" / "kiosk.log").stat().st_mode & 0o077 == 0 or sys.platform == "win32"
        for _line in range(500):
            log.event(logging.getLogger("x"), "filler", reason="r" * 250)
        sizes = [path.stat().st_size for path in (tmp_path / "log").iterdir()]
        assert len(sizes) == 6
        assert max(sizes) <= 20_000
    finally:
        log.configure()
        root.setLevel(before)

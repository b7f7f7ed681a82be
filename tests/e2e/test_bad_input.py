"""What goes wrong at the command line: one line that says what it is and what to do, exit status 1, nothing lost."""

import http.server
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kiosk_app.cli import main
from kiosk_app.paths import BoothPaths
from kiosk_app.store.identity import IdentityStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.lock import DataLock
from kiosk_app.store.opening import open_journal
from kiosk_app.sync.enrol import enrol, to_identity
from tests.e2e.conftest import House


def said(house: House, *words: str) -> None:
    lines = [line for line in house.err.splitlines() if line.startswith("kiosk-app:")]
    assert len(lines) == 1, house.err
    for word in words:
        assert word in lines[0]
    assert "Traceback" not in house.err


@pytest.mark.parametrize("command", ["status", "sync", "verify", "report", "run"])
def test_a_folder_without_a_booth(house: House, command: str) -> None:
    assert house.kiosk(command) == 1
    said(house, "no enrolled booth", "kiosk-app enrol")
    assert not house.booth.exists(), "asking makes no folder"


def test_a_wrong_code_and_an_office_that_is_down(house: House) -> None:
    assert house.kiosk("enrol", "--office", house.server.url, "--code", "AAAA-BBBB-CCCC") == 1
    said(house, "does not know this code")
    assert house.kiosk("enrol", "--office", "ftp://office", "--code", "AAAA-BBBB-CCCC") == 1
    said(house, "not an address")
    house.office_gone()
    assert house.kiosk("enrol", "--office", house.server.url, "--code", "AAAA-BBBB-CCCC") == 1
    said(house, "does not answer")


def test_a_second_life_is_refused(house: House) -> None:
    house.enrol(bookings=0)
    assert house.kiosk("enrol", "--office", house.server.url, "--code", "AAAA-BBBB-CCCC") == 1
    said(house, "already is the booth")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[camera]\nspec = "0"\nspeed = 3\n', "camera.speed is not a known key"),
        ("[display]\nwidth_mm = 12\n", "width_mm must be 0, or 150 to 2000"),
        ('[display]\nwidth_mm = "wide"\n', "display.width_mm must be a whole number"),
        ("camera = \n", "is not valid TOML"),
    ],
)
def test_a_corrupt_settings_file_names_the_key(house: House, text: str, place: str) -> None:
    house.enrol(bookings=0)
    (house.booth / "booth.toml").write_text(text)
    assert house.kiosk("run") == 1
    said(house, place, "booth.toml")


def test_one_booth_one_program(house: House) -> None:
    house.enrol(bookings=0)
    with DataLock(house.booth / "booth.lock"):
        for command in ("sync", "run"):
            assert house.kiosk(command) == 1
            said(house, "Another kiosk-app is running")
        assert house.kiosk("status") == 0, "looking is allowed"


def test_a_key_of_another_booth_and_no_key(house: House) -> None:
    house.enrol(bookings=0)
    key = house.booth / "keys" / "journal.key"
    kept = key.read_bytes()
    key.write_bytes(bytes(32))
    assert house.kiosk("status") == 1
    said(house, "key")
    key.unlink()
    assert house.kiosk("status") == 1
    said(house, "journal.key is missing")
    key.write_bytes(kept)
    assert house.kiosk("verify") == 0, "nothing was changed by trying"


def test_a_damaged_journal_is_told_and_left_alone(house: House) -> None:
    house.enrol(bookings=0)
    database = house.booth / "journal.db"
    whole = database.read_bytes()
    database.write_bytes(whole[:4096] + bytes(64) + whole[4160:])
    assert house.kiosk("verify") == 1
    assert "Traceback" not in house.err
    assert database.stat().st_size == len(whole)


@pytest.mark.parametrize("answer", ["html", "500", "nonsense", "redirect"])
def test_something_else_than_the_office_answers(house: House, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    house.enrol(bookings=5)
    house.json("practice", "--applicants", "1")
    before = house.json("status")
    house.office_gone()
    with answering(answer) as address:
        monkeypatch.setenv("KIOSK_APP_OFFICE", address)
        assert house.kiosk("practice", "--applicants", "1", "--seed", "9", "--sync-timeout", "1") == 0
        assert house.kiosk("sync", "--until-empty", "--timeout", "2") == 1
        said(house, "Everything is safe here")
    monkeypatch.delenv("KIOSK_APP_OFFICE")
    after = house.json("status")
    assert after["acked"] == before["acked"]
    assert int(str(after["waiting"])) > 0
    house.office_back()
    assert house.kiosk("sync", "--until-empty", "--timeout", "60") == 0, house.err


@pytest.mark.parametrize(
    "words",
    [["sync", "--timeout", "nan"], ["practice", "--applicants", "many"], ["dance"], [], ["report", "--date", "today"]],
)
def test_wrong_usage_is_told_by_its_own_status(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2


@contextmanager
def answering(kind: str) -> Iterator[str]:
    """A web server that is not the office."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if kind == "redirect":
                self.send_response(302)
                self.send_header("Location", "/login")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = {"html": b"<html>Log in</html>", "500": b"broken", "nonsense": json.dumps({"x": 1}).encode()}[kind]
            self.send_response(500 if kind == "500" else 200)
            self.send_header("Content-Type", "application/json" if kind == "nonsense" else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_HEAD = do_PATCH = do_POST  # noqa: N815 - names of http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of http.server
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_an_enrolment_whose_first_pull_failed_is_taken_up_again(house: House) -> None:
    assert house.at_office("booth", "add", "Icon 1") == 0
    code = house.out.split()[-1]
    paths, keys = BoothPaths(house.booth), FileKeyHolder(house.booth / "keys")
    paths.make()
    identity = to_identity(enrol(house.server.url, code, keys), house.server.url)
    with open_journal(paths.journal, keys) as journal:
        IdentityStore(journal).save(identity)
    assert house.kiosk("status") == 1
    said(house, "has not received the office's configuration", "enrol")
    assert house.kiosk("enrol", "--office", house.server.url, "--code", "a code that ran out long ago") == 0, house.err
    assert house.kiosk("status") == 0


def test_an_offices_folder_becomes_no_booth(house: House) -> None:
    office = house.folder / "office"
    before = sorted(path.name for path in office.iterdir())
    assert main(["enrol", "--data", str(office), "--office", house.server.url, "--code", "AAAA-BBBB-CCCC"]) == 1
    assert sorted(path.name for path in office.iterdir()) == before


def test_whoever_stops_reading_gets_no_traceback(house: House) -> None:
    house.enrol(bookings=0)
    command = f"{sys.executable} -m kiosk_app report --data {house.booth} --format json | head -n 1"
    read = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert read.stdout == "{\n"
    assert "Traceback" not in read.stderr
    assert "unforeseen" not in read.stderr


def test_what_a_copy_of_a_booth_took_arrives_and_the_office_is_told(house: House) -> None:
    house.enrol()
    copy = house.folder / "copy"
    shutil.copytree(house.booth, copy)
    house.json("practice", "--applicants", "1", "--seed", "1")
    assert main(["practice", "--data", str(copy), "--applicants", "1", "--seed", "2", "--sync-timeout", "1"]) == 0
    assert main(["sync", "--data", str(copy), "--until-empty", "--timeout", "20"]) == 0
    house.capsys.readouterr()
    assert main(["verify", "--data", str(copy)]) == 0, "a new epoch, whole"
    assert house.at_office("alarms", "--json") == 0
    assert "new-epoch" in house.out

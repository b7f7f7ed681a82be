"""Ordinary mistakes at the command line: each has one line that says what is wrong and what to do."""

import argparse
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.office.cli import add_office_command
from kiosk_app.office.office import Office
from kiosk_app.paths import BoothPaths, OfficePaths

from .booth_double import arrival
from .conftest import SITE, MakeBooth

Run = Callable[..., str]
PROGRAM = "import sys\nfrom kiosk_app.cli import main\nsys.exit(main(sys.argv[1:]))\n"


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_office_command(parser.add_subparsers(required=True))
    return parser.parse_args(["office", *words])


@pytest.fixture
def database() -> str:
    """The data folder's own: people make these mistakes with any."""
    return ""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs one command and gives what it printed; without --data it finds no office."""
    monkeypatch.setenv("KIOSK_APP_DATA", str(tmp_path / "default"))

    def command(*words: str) -> str:
        args = parse(*words)
        capsys.readouterr()
        assert args.run(args) == 0
        return capsys.readouterr().out

    return command


def test_the_data_folder_may_be_named_anywhere(run: Run, office: Office, paths: OfficePaths, tmp_path: Path) -> None:
    office.invite("Icon", SITE)
    office.officers.add("1007", "Dewi", "officer", "482915")
    data, other = str(paths.root), str(tmp_path / "other")
    for words in (
        ("--data", data, "officer", "list"), ("officer", "--data", data, "list"), ("officer", "list", "--data", data),
        ("--data", other, "officer", "list", "--data", data), ("--data", other, "officer", "--data", data, "list"),
        ("--data", other, "officer", "--data", other, "list", "--data", data),
    ):  # fmt: skip
        assert "Dewi" in run(*words), words
    assert run("records", "--json", "--data", data) == "[]\n"
    assert not (tmp_path / "other").exists()
    assert not (tmp_path / "default").exists()


@pytest.mark.parametrize(
    "words",
    [["--dat", "X", "records"], ["records", "--dat", "X"], ["bookings", "--dat", "X", "codes"], ["records", "--js"]],
)
def test_options_are_never_guessed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(*words)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "unrecognized arguments" in said or "invalid choice: 'X'" in said


@pytest.mark.parametrize(
    "words",
    [
        ("report", "--site", "nowhere"),
        ("booth", "add", "Icon", "--site", "nowhere"),
        ("bookings", "move", "AAAAAAAAAAA", "--place", "nowhere", "--slot", "2026-01-24T10:00"),
        ("bookings", "sample", "3", "--seed", "1", "--place", "nowhere"),
    ],
)
def test_an_unknown_place_is_told_with_those_there_are(run: Run, paths: OfficePaths, words: tuple[str, ...]) -> None:
    with pytest.raises(KioskError) as caught:
        run("--data", str(paths.root), *words)
    assert (caught.value.code, "palembang-icon" in caught.value.action) == ("place-unknown", True)


def test_a_report_of_a_booth_that_is_not_there(run: Run, paths: OfficePaths, make_booth: MakeBooth) -> None:
    real, practice = make_booth("Icon 1"), make_booth("Latihan", practice=True)
    real.sync(real.record(arrival()))
    practice.sync(practice.record(arrival()))
    words = ("--data", str(paths.root), "report", "--date", "2026-01-24", "--booth")
    assert json.loads(run(*words, "Icon 1"))["arrived"] == 1
    assert json.loads(run(*words, "Latihan", "--practice"))["arrived"] == 1
    for rest in (["NOPE"], ["Latihan"], ["Icon 1", "--practice"], ["Icon 1", "--site", "ptc-mall"]):
        with pytest.raises(KioskError, match=r"no such (practice )?booth"):
            run(*words, *rest)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--port", "99999"], "A port is a number"),
        (["--port", "-1"], "A port is a number"),
        (["--port", "0", "--host", "203.0.113.7"], "cannot be used"),
    ],
)
def test_an_impossible_address_is_told(run: Run, paths: OfficePaths, words: list[str], fault: str) -> None:
    with pytest.raises(KioskError, match=fault):
        run("--data", str(paths.root), "serve", *words)


@pytest.mark.parametrize(
    ("below", "words"), [("taken/office", []), ("taken", []), ("elsewhere", ["--blobs", "{}/taken/photos"])]
)
def test_a_folder_that_cannot_be_written_is_told(run: Run, tmp_path: Path, below: str, words: list[str]) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    told = [word.format(tmp_path) for word in words]
    with pytest.raises(KioskError, match=r"root.* cannot be used .*Name another folder"):
        run("records", "--data", str(tmp_path / below), *told)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a file system that takes no folders")
def test_a_file_system_that_takes_no_folders_is_told(run: Run) -> None:
    with pytest.raises(KioskError, match="cannot be used"):
        run("--data", "/proc/zzz", "records")


def test_a_booths_folder_is_left_alone(run: Run, tmp_path: Path) -> None:
    booth = BoothPaths(tmp_path / "booth")
    booth.make()
    booth.journal.write_bytes(b"a journal")
    before = sorted(booth.root.rglob("*"))
    with pytest.raises(KioskError, match=r"folder of a booth.* with --data"):
        run("--data", str(booth.root), "records")
    assert sorted(booth.root.rglob("*")) == before


@pytest.fixture
def rules(run: Run, paths: OfficePaths) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(run("--data", str(paths.root), "profile", "show"))
    return shown


def _timezone(rules: dict[str, Any]) -> None:
    rules["timezone"] = "Asia/Palembang"


def _service_code(rules: dict[str, Any]) -> None:
    rules["services"][1]["code"] = rules["services"][0]["code"]


def _service_id(rules: dict[str, Any]) -> None:
    rules["services"][1]["id"] = rules["services"][0]["id"]


def _place_code(rules: dict[str, Any]) -> None:
    rules["places"][1]["code"] = rules["places"][0]["code"]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_timezone, "timezone must be"), (_service_code, "two of services"), (_service_id, "two of services"),
        (_place_code, "two of places"),
    ],
)  # fmt: skip
def test_rules_that_contradict_themselves_are_told(
    run: Run, paths: OfficePaths, rules: dict[str, Any], tmp_path: Path,
    spoil: Callable[[dict[str, Any]], None], fault: str,
) -> None:  # fmt: skip
    spoil(rules)
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(rules))
    with pytest.raises(KioskError, match=fault) as caught:
        run("--data", str(paths.root), "profile", "publish", str(file))
    assert (caught.value.code, "publish the file again" in caught.value.action) == ("profile-malformed", True)


def test_a_wrong_value_of_the_rules_is_named(
    run: Run, paths: OfficePaths, rules: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "rules.json"
    rules["admission"]["late_minutes"] = "seven"
    for text, fault in (
        (json.dumps(rules), "admission.late_minutes must be a whole number"), ("{", "not JSON"), ("[" * 99_999, "not JSON")
    ):  # fmt: skip
        file.write_text(text)
        with pytest.raises(KioskError, match=fault):
            run("--data", str(paths.root), "profile", "publish", str(file))


@pytest.mark.parametrize(
    "words",
    [
        ("report", "--date", "0001-01-01"), ("bookings", "codes", "--date", "9999-12-31"),
        ("bookings", "sample", "3", "--seed", "1", "--date", "0001-01-01"),
    ],
)  # fmt: skip
def test_a_day_of_another_age_is_wrong_usage(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(*words)
    assert caught.value.code == 2


def test_a_slot_of_another_age_is_told(run: Run, paths: OfficePaths) -> None:
    with pytest.raises(KioskError, match="slot"):
        run("--data", str(paths.root), "bookings", "move", "AAAAAAAAAAA", "--place", SITE, "--slot", "0001-01-01T00:00")


@pytest.fixture
def serving(paths: OfficePaths) -> Iterator["subprocess.Popen[str]"]:
    """`office serve` as a process of its own that has said where it answers."""
    words = [sys.executable, "-c", PROGRAM, "office", "serve", "--port", "0", "--data", str(paths.root)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        deadline = threading.Timer(60, process.kill)
        deadline.start()
        try:
            assert process.stderr is not None
            assert "The office answers at http://127.0.0.1:" in process.stderr.readline()
            yield process
        finally:
            process.kill()
            deadline.cancel()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_cleanly(serving: "subprocess.Popen[str]", sent: signal.Signals) -> None:
    serving.send_signal(sent)
    assert serving.wait() == 0
    assert serving.stderr is not None
    assert serving.stderr.read() == ""

"""`kiosk-app sync` from outside: what it takes, how it ends, and what it says of two copies of one booth."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk_app.cli import main
from tests.e2e.conftest import House

PATIENCE_S = 60.0


def told(house: House) -> str:
    """The one line for people."""
    (line,) = [line for line in house.err.splitlines() if line.startswith("kiosk-app:")]
    return line


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "0", "1e300", "soon"])
def test_a_time_out_is_a_number_of_seconds(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["sync", "--until-empty", f"--timeout={seconds}"])
    assert caught.value.code == 2
    assert "--timeout" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="another process is only told so on POSIX")
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_is_told_to_end(house: House, signum: signal.Signals) -> None:
    house.enrol(bookings=5)
    house.office_gone()
    house.json("practice", "--applicants", "1", "--sync-timeout", "0.5")
    house.office_back()
    command = [sys.executable, "-m", "kiosk_app", "sync", "--json", "--data", str(house.booth)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        until = time.monotonic() + PATIENCE_S
        while house.json("status")["waiting"] and time.monotonic() < until:
            time.sleep(0.1)
        running.send_signal(signum)
        out, err = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0, err
    assert "Traceback" not in err
    assert json.loads(out)["waiting"] == 0


def test_a_booth_on_an_older_copy_of_its_disk_goes_on_under_a_new_epoch(house: House) -> None:
    """The office keeps what it has from the time since; what the booth writes now arrives as well."""
    house.enrol(bookings=10)
    twin = Path(house.folder / "twin")
    shutil.copytree(house.booth, twin)
    house.json("practice", "--applicants", "1")
    assert house.kiosk("sync", "--until-empty", "--timeout", "60") == 0, house.err
    shutil.rmtree(house.booth)
    shutil.copytree(twin, house.booth)
    house.json("practice", "--applicants", "1", "--seed", "2")
    assert house.kiosk("sync", "--until-empty", "--timeout", "60") == 0, house.err
    status = house.json("status")
    assert (status["office"], status["waiting"], status["quarantined"]) == ("ok", 0, 0)
    assert house.kiosk("verify") == 0, house.err

"""In children: what is set here cannot be taken back. A child that only asks for the state shows that the check can fail."""

import os
import subprocess
import sys

import pytest

linux = pytest.mark.skipif(sys.platform != "linux", reason="prctl and /proc are Linux's")
_SECRET = "secret = b'9071320475561234'\n"
_WAIT = "print('ready', flush=True)\nsys.stdin.readline()\n"
# Root may read everything: both children become an ordinary account, which perhaps may not load modules from here, and
# are then readable again, as after any start.
_ORDINARY = (
    "import ctypes, os, resource, sys\n"
    "from kiosk_app import hardening\n"
    "if os.geteuid() == 0:\n"
    "    os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
    "    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)\n"
)


def _child(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _ORDINARY + code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def _readable_by_another(pid: int) -> bool:
    """Whether another program of the same account gets at the memory."""
    code = f"open('/proc/{pid}/mem', 'rb')"
    with _child(code) as reader:
        reader.communicate(timeout=20)
    return reader.returncode == 0


@linux
def test_another_program_of_the_account_reads_the_memory_until_it_is_forbidden() -> None:
    for call, readable in (("hardening.state()\n", True), ("hardening.harden()\n", False)):
        with _child(call + _SECRET + _WAIT) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            try:
                assert _readable_by_another(child.pid) is readable
            finally:
                child.communicate("\n", timeout=20)


@linux
def test_a_command_runs_hardened_and_leaves_no_dump() -> None:
    """The program itself, not the function: what matters is that every command calls it."""
    code = (
        "import atexit, sys\n"
        "from kiosk_app import cli, hardening\n"
        "atexit.register(lambda: print(hardening.state()))\n"
        "sys.exit(cli.main(['status', '--data', sys.argv[1]]))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, os.devnull], capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 1
    assert answer.stdout.strip() == "Hardening(private_memory=True, no_core=True)"

"""What the process forbids the system to do with its memory: keys and people's data are in it.

Root can still read it all; this stops other programs of the same account, and core dumps that outlive the program.
"""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4


@dataclass(frozen=True, slots=True)
class Hardening:
    """What came true. `private_memory`: no other program of this account may read it; `no_core`: no dump is ever written."""

    private_memory: bool
    no_core: bool


def harden() -> Hardening:
    """Makes this process's memory private and its dumps empty, where the system can; to be called before any key is read.

    Never raises: a booth on a system without these means works as well, and `doctor` tells what is missing.
    """
    return Hardening(private_memory=_attempt(_forbid_reading), no_core=_attempt(_forbid_dumps))


def state() -> Hardening:
    """How this process stands now, asked of the system itself."""
    return Hardening(private_memory=_attempt(_is_unreadable), no_core=_attempt(_is_without_dumps))


def _attempt(step: Callable[[], bool]) -> bool:
    try:
        return step()
    except (OSError, AttributeError, ValueError):
        return False


def _forbid_reading() -> bool:
    return sys.platform == "linux" and _prctl(_PR_SET_DUMPABLE, 0) == 0 and _is_unreadable()


def _is_unreadable() -> bool:
    return sys.platform == "linux" and _prctl(_PR_GET_DUMPABLE, 0) == 0


def _prctl(option: int, value: int) -> int:
    zero = ctypes.c_ulong(0)
    return int(ctypes.CDLL(None, use_errno=True).prctl(option, ctypes.c_ulong(value), zero, zero, zero))


def _forbid_dumps() -> bool:
    if sys.platform == "win32":
        return _no_error_box()
    import resource  # exists elsewhere only

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return _is_without_dumps()


def _is_without_dumps() -> bool:
    if sys.platform == "win32":
        return False  # Windows Error Reporting is a setting of the machine, which the installer makes
    import resource  # exists elsewhere only

    return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def _no_error_box() -> bool:
    """SEM_FAILCRITICALERRORS and SEM_NOGPFAULTERRORBOX: no box over the booth's screen, and no report is offered."""
    if sys.platform != "win32":
        return False
    ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)
    return False  # the report itself can only be switched off for the whole machine

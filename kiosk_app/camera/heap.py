"""Memory that frames leave behind goes back to the system.

A frame is megabytes, and two threads allocate and free some dozens a second. glibc keeps what is freed between two pieces that
are still used: the booth holds no frame too many, and yet its resident set grew by steps of tens of megabytes, 70 MB in half
an hour. A call of malloc_trim gives such pages back; it takes one to three milliseconds.
"""

import ctypes
import sys
from collections.abc import Callable


def _trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim


_TRIM = _trim()


def give_back() -> None:
    """Returns free pages to the system where its C library can (glibc); elsewhere there is nothing to do."""
    if _TRIM is not None:
        _TRIM(0)

"""The cameras of a Windows PC in the order in which DirectShow, and with it OpenCV, numbers them.

Windows tells names and order only through COM. The few calls that it takes are made by hand, since no package that the
booth has makes them: an object is a pointer to a pointer to a table of functions, the first three of which are IUnknown's.
64-bit Windows knows one calling convention. Not tried on Windows yet; the tests walk tables of their own.
"""

import ctypes
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

Pointer: TypeAlias = ctypes.c_void_p

# Places in the tables (strmif.h, objidl.h, ocidl.h).
RELEASE = 2
CREATE_CLASS_ENUMERATOR = 3
NEXT = 3
BIND_TO_STORAGE = 9
READ = 3

CLASS_SYSTEM_DEVICE_ENUM = "62BE5D10-60EB-11D0-BD3B-00A0C911CE86"
CLASS_VIDEO_INPUT = "860BB310-5D01-11D0-BD3B-00A0C911CE86"
INTERFACE_CREATE_DEV_ENUM = "29840822-5B84-11D0-BD3B-00A0C911CE86"
INTERFACE_PROPERTY_BAG = "55272A00-42CB-11CE-8135-00AA004BB851"
_IN_PROCESS = 1
_APARTMENT = 2
_TEXT = 8  # VT_BSTR
_MOST = 100  # monikers; more cameras than that are none


class Variant(ctypes.Structure):
    """VARIANT: its type, six reserved bytes, and 16 for the value, of which a text takes the first 8."""

    _fields_ = (
        ("kind", ctypes.c_uint16),
        ("reserved", ctypes.c_uint16 * 3),
        ("text", ctypes.c_void_p),
        ("rest", ctypes.c_void_p),
    )


def guid(text: str) -> ctypes.Array[ctypes.c_char]:
    """The 16 bytes of a GUID in memory."""
    return ctypes.create_string_buffer(uuid.UUID(text).bytes_le, 16)


def call(target: Pointer, place: int, *arguments: Any) -> int:
    """Calls function number `place` of a COM object; the HRESULT, negative for a failure."""
    kinds = [ctypes.c_uint32 if isinstance(argument, int) else ctypes.c_void_p for argument in arguments]
    table = ctypes.cast(target, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    function = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, *kinds)(table[place] or 0)
    passed = [value if isinstance(value, int | None) else ctypes.cast(value, ctypes.c_void_p) for value in arguments]
    return int(function(target, *passed))


def video_inputs(enumerator: Pointer, clear: Callable[[Variant], object]) -> list[tuple[str, str]]:
    """(name, path) of every camera that the ICreateDevEnum knows, "" for what one does not tell, in DirectShow's order.

    `clear` frees what a Variant holds (VariantClear).
    """
    with _owned() as monikers:
        call(enumerator, CREATE_CLASS_ENUMERATOR, guid(CLASS_VIDEO_INPUT), ctypes.byref(monikers), 0)
        # Without any camera the call succeeds and gives no object.
        return list(_told(monikers, clear)) if monikers else []


def _told(monikers: Pointer, clear: Callable[[Variant], object]) -> Iterator[tuple[str, str]]:
    for _ in range(_MOST):
        with _owned() as moniker:
            if call(monikers, NEXT, 1, ctypes.byref(moniker), None) != 0 or not moniker:
                return
            with _owned() as bag:
                interface = guid(INTERFACE_PROPERTY_BAG)
                call(moniker, BIND_TO_STORAGE, None, None, interface, ctypes.byref(bag))
                yield _read(bag, "FriendlyName", clear), _read(bag, "DevicePath", clear)


def _read(bag: Pointer, key: str, clear: Callable[[Variant], object]) -> str:
    if not bag:
        return ""
    value = Variant()
    if call(bag, READ, ctypes.c_wchar_p(key), ctypes.byref(value), None) < 0:
        return ""
    text = ctypes.wstring_at(value.text) if value.kind == _TEXT and value.text else ""
    clear(value)
    return text


@contextmanager
def _owned() -> Iterator[Pointer]:
    """A place for an object that a call gives; released in the end when there is one."""
    place = ctypes.c_void_p()
    try:
        yield place
    finally:
        if place:
            call(place, RELEASE)


def system_video_inputs() -> list[tuple[str, str]]:
    """`video_inputs` of this PC. Raises OSError where Windows does not answer, or this is no Windows."""
    if sys.platform != "win32":
        raise OSError("DirectShow is a part of Windows.")
    ole, automation = ctypes.OleDLL("ole32"), ctypes.WinDLL("oleaut32")
    # Negative when the thread is prepared in another way, which is as good.
    prepared = ctypes.WinDLL("ole32").CoInitializeEx(None, _APARTMENT) >= 0
    try:
        with _owned() as enumerator:
            of, interface = guid(CLASS_SYSTEM_DEVICE_ENUM), guid(INTERFACE_CREATE_DEV_ENUM)
            ole.CoCreateInstance(of, None, _IN_PROCESS, interface, ctypes.byref(enumerator))
            return video_inputs(enumerator, lambda value: automation.VariantClear(ctypes.byref(value)))
    finally:
        if prepared:
            ctypes.WinDLL("ole32").CoUninitialize()

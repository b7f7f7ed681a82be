"""COM objects made here, with tables of functions as Windows lays them out, walked by the calls that name cameras.

That DirectShow itself answers so has not been tried: build machines run Linux.
"""

import ctypes
import sys
from collections.abc import Callable
from typing import Any

import pytest

from kiosk_app.camera import devices_windows as com

S_OK, S_FALSE, E_FAIL = 0, 1, -2147467259


class Object:
    """A COM object with these functions at these places of its table, and how often it was released."""

    def __init__(self, **functions: tuple[int, Callable[..., int], tuple[Any, ...]]) -> None:
        self.released = 0
        self._kept: list[Any] = []
        table = (ctypes.c_void_p * 16)()
        everything = {"release": (com.RELEASE, self._release, ()), **functions}
        for place, function, kinds in everything.values():
            made = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, *kinds)(function)
            self._kept.append(made)
            table[place] = ctypes.cast(made, ctypes.c_void_p).value
        self._kept.append(table)
        self._head = ctypes.pointer(ctypes.cast(table, ctypes.c_void_p))
        self.pointer = ctypes.cast(self._head, ctypes.c_void_p)

    def _release(self, _this: int) -> int:
        self.released += 1
        return 0


PLACE = ctypes.POINTER(ctypes.c_void_p)


class Bag(Object):
    """An IPropertyBag of texts."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = {key: ctypes.create_unicode_buffer(text) for key, text in texts.items()}
        super().__init__(
            read=(com.READ, self._read, (ctypes.c_wchar_p, ctypes.POINTER(com.Variant), ctypes.c_void_p)),
        )

    def _read(self, _this: int, key: str, value: Any, _errors: int) -> int:
        if key not in self._texts:
            return E_FAIL
        value[0].kind = 8
        value[0].text = ctypes.addressof(self._texts[key])
        return S_OK


class Moniker(Object):
    """A device; without a bag it is one that cannot be asked."""

    def __init__(self, bag: Bag | None) -> None:
        self._bag = bag
        void = ctypes.c_void_p
        super().__init__(bind=(com.BIND_TO_STORAGE, self._bind, (void, void, void, PLACE)))

    def _bind(self, _this: int, _context: int, _left: int, interface: int, place: Any) -> int:
        if self._bag is None or ctypes.string_at(interface, 16) != com.guid(com.INTERFACE_PROPERTY_BAG).raw:
            return E_FAIL
        place[0] = self._bag.pointer
        return S_OK


class System:
    """An ICreateDevEnum, an IEnumMoniker over `monikers`, and what is asked of both."""

    def __init__(self, monikers: list[Moniker]) -> None:
        coming = iter(monikers)

        def following(_this: int, _count: int, place: Any, _given: int) -> int:
            moniker = next(coming, None)
            if moniker is None:
                return S_FALSE
            place[0] = moniker.pointer
            return S_OK

        def create(_this: int, category: int, place: Any, _flags: int) -> int:
            assert ctypes.string_at(category, 16) == com.guid(com.CLASS_VIDEO_INPUT).raw
            if not monikers:
                return S_FALSE
            place[0] = self.list.pointer
            return S_OK

        void, number = ctypes.c_void_p, ctypes.c_uint32
        self.list = Object(next=(com.NEXT, following, (number, PLACE, void)))
        self.enumerator = Object(create=(com.CREATE_CLASS_ENUMERATOR, create, (void, PLACE, number)))
        self.cleared = 0

    def inputs(self) -> list[tuple[str, str]]:
        return com.video_inputs(self.enumerator.pointer, self._clear)

    def _clear(self, value: com.Variant) -> None:
        assert value.text
        self.cleared += 1


def test_names_and_paths_come_in_the_order_of_the_system_and_everything_is_given_back() -> None:
    bags = [
        Bag({"FriendlyName": "Logitech BRIO", "DevicePath": r"\\?\usb#vid_046d&pid_085e#9a1b"}),
        Bag({"FriendlyName": "OBS Virtual Camera"}),
    ]
    monikers = [Moniker(bags[0]), Moniker(None), Moniker(bags[1])]
    system = System(monikers)
    assert system.inputs() == [
        ("Logitech BRIO", r"\\?\usb#vid_046d&pid_085e#9a1b"),
        ("", ""),
        ("OBS Virtual Camera", ""),
    ]
    assert [thing.released for thing in (*monikers, *bags, system.list)] == [1, 1, 1, 1, 1, 1]
    assert system.cleared == 3


def test_without_a_camera_there_is_no_list() -> None:
    system = System([])
    assert system.inputs() == []
    assert system.list.released == 0


def test_a_variant_has_the_size_that_windows_writes() -> None:
    assert ctypes.sizeof(com.Variant) == 24
    assert com.Variant.text.offset == 8


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has it")
def test_elsewhere_it_is_refused() -> None:
    with pytest.raises(OSError, match="part of Windows"):
        com.system_video_inputs()

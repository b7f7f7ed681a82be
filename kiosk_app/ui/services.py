"""What the screens are given by the composition root: rules over the real store, and protocols for camera, sync and printer.

The screens know nothing of threads, databases or sockets. Everything in `Services` that may take long is called through
`Bridge.run`, which does the work on the ledger thread and brings the result back to the main thread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kiosk_app.booth.desk import Desk
from kiosk_app.booth.ports import Clock, Officers, OfficerSession, ProfileSource
from kiosk_app.booth.reception import Reception, Ticket


class Watch(StrEnum):
    """What the camera should look for now."""

    REST = "rest"
    IDLE = "idle"  # codes, at the slow cadence of the attract screen
    CODES = "codes"
    PORTRAIT = "portrait"


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """One preview frame in the widget's device pixels: `data` holds height rows of `stride` bytes of BGRA."""

    data: memoryview
    width: int
    height: int
    stride: int


@dataclass(frozen=True, slots=True)
class LiveView:
    """One analysed frame of the portrait watch; `at` in monotonic seconds."""

    faces: int
    measurements: Mapping[str, float]
    verdicts: Mapping[str, str]
    acceptable: bool
    at: float


@dataclass(frozen=True, slots=True)
class CaptureView:
    """The best of the last frames, cropped: `picture` is what will be sealed, `jpeg` what the review shows."""

    jpeg: bytes
    width: int
    height: int
    measurements: Mapping[str, float]
    verdicts: Mapping[str, str]
    models: Mapping[str, str]
    acceptable: bool
    picture: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class SyncView:
    """How the booth stands with the office. `step` is a code of the reachability ladder (catalogue key `net.step.<code>`).

    `ladder` names every rung from the cable to the office (catalogue key `net.rung.<code>`) with "ok", "broken" or "unknown";
    `clock` is "off" or "behind" (catalogue key `sync.clock.<code>`), "" for a clock that is right.
    """

    step: str = "unknown"
    waiting: int = 0
    blobs_waiting: int = 0
    quarantined: int = 0
    acked: int = 0
    last_contact: datetime | None = None
    roster_read_at: datetime | None = None
    next_try_at: datetime | None = None
    lanes: Mapping[str, str] = field(default_factory=dict)
    ladder: Mapping[str, str] = field(default_factory=dict)
    clock: str = ""

    @property
    def online(self) -> bool:
        """Whether the last exchange with the office succeeded."""
        return self.step == "ok"


class CameraControl(Protocol):
    def watch(self, what: Watch) -> None: ...

    def set_preview(self, width: int, height: int, mirrored: bool) -> None:
        """The preview's size in device pixels; 0 x 0 stops it."""
        ...

    def capture(self) -> None:
        """Asks for a capture; it arrives as the bridge's `captured` signal."""
        ...


class SyncControl(Protocol):
    def wake(self) -> None:
        """Tries the office now instead of at the next turn."""
        ...


class TicketPrinter(Protocol):
    def issue(self, ticket: Ticket) -> tuple[tuple[bool, ...], ...]:
        """Prints where there is a printer; returns the modules of the ticket's QR code for the screen's twin."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """`key_warning` is a catalogue key to be shown to staff, "" when the keys are held well; `booth_name` is shown to staff."""

    reception: Reception
    officers: Officers
    profiles: ProfileSource
    make_desk: Callable[[OfficerSession], Desk]
    camera: CameraControl
    sync: SyncControl
    printer: TicketPrinter
    clock: Clock
    booth_name: str
    key_warning: str = ""
    practice: bool = False

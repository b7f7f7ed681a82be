"""Facts to append, and the packets they name."""

import base64
import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk_app.booth.facts import ArrivalFlag, Arrived, Called, CodeKind, Finished, Lane, Outcome, PhotoTaken
from kiosk_app.booth.ports import SealedPhoto
from kiosk_app.store.photos import PhotoStore, SealingKey
from tests.memory import NINE, ManualClock

OFFICE = X25519PrivateKey.from_private_bytes(hashlib.sha256(b"the office of the tests").digest())
OFFICE_KEY = SealingKey("seal-1", OFFICE.public_key().public_bytes_raw())
DEVICE = "d" * 32
JPEG = b"\xff\xd8\xff\xe0" + b"the picture of somebody" * 500


def arrived(visit: str = "v1", **changes: object) -> Arrived:
    """An arrival by signed code."""
    values: dict[str, object] = {
        "visit": visit,
        "number": "A001",
        "lane": Lane.ORDINARY,
        "code_kind": CodeKind.SIGNED,
        "code": f"code-{visit}",
        "booking": f"booking-{visit}",
        "service": "new",
        "area": "16.71",
        "person": f"person-{visit}",
        "slot": NINE,
        "flags": frozenset({ArrivalFlag.MINOR, ArrivalFlag.EXPRESS}),
    }
    return Arrived(**{**values, **changes})  # type: ignore[arg-type]  # keyword values checked by the fact itself


def called(visit: str = "v1") -> Called:
    return Called(visit, "1", "of1")


def finished(visit: str = "v1") -> Finished:
    return Finished(visit, "of1", Outcome.DONE)


def photo_taken(sealed: SealedPhoto, visit: str = "v1") -> PhotoTaken:
    """The fact of a photo that is already safe."""
    return PhotoTaken(
        visit, "of1", sealed.blob, sealed.size, sealed.plain_sha256, sealed.key_id, 413, 531, 1, True,
        {"yaw_deg": 1.5}, {"pose": "pass"}, {"face": "1"},
    )  # fmt: skip


def draft_of(visit: str = "v1") -> PhotoTaken:
    """The fact of a photo before it is sealed."""
    return PhotoTaken(
        visit, "of1", "", 0, "", "", 413, 531, 1, True, {"yaw_deg": 1.5}, {"pose": "pass"}, {"face": "1"}
    )  # fmt: skip


def photo_store(folder: Path, clock: ManualClock) -> PhotoStore:
    """Photos of the booth DEVICE, sealed to OFFICE."""
    return PhotoStore(folder / "photos", lambda: OFFICE_KEY, DEVICE, clock)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()

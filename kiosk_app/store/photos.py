"""Photos that only the office can open: sealed in memory, on disk before any record names them."""

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.facts import PhotoTaken
from kiosk_app.booth.packets import PacketHeader, info_bytes, pack
from kiosk_app.booth.ports import SealedPhoto
from kiosk_app.clock import Clock
from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder
from kiosk_app.store.files import TEMPORARY_SUFFIX, write_durably
from kiosk_app.store.ids import Uuid7Generator
from kiosk_app.store.notes import PacketNotes
from kiosk_app.store.room import DiskRoom

SUFFIX = ".sealed"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_BLOB = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SealingKey:
    """The office's X25519 public key (32 raw bytes) and its id."""

    id: str
    public_raw: bytes


@dataclass(frozen=True, slots=True)
class SweepReport:
    """`temporary`: unfinished files that were removed, `purged`: packets whose purge a crash had cut short, removed too.

    `orphans`: whole packets that no record names; they stay.
    """

    temporary: int
    orphans: tuple[str, ...]
    purged: int = 0


class PhotoStore:
    """Fulfils `booth.ports.PhotoSafe`; a packet's name is the SHA-256 of its content.

    With `notes`, a packet holds the record to come (version 2). With `room`, nothing is sealed while the disk is nearly full.
    """

    def __init__(
        self,
        folder: Path,
        sealing_key: Callable[[], SealingKey],
        booth: str,
        clock: Clock,
        notes: PacketNotes | None = None,
        room: DiskRoom | None = None,
    ) -> None:
        self._folder = folder
        self._sealing_key = sealing_key
        self._booth = booth
        self._clock = clock
        self._notes = notes
        self._room = room
        self._ids = Uuid7Generator(clock)

    def seal(
        self, picture: bytes, visit: str, media_type: str = "image/jpeg", draft: PhotoTaken | None = None
    ) -> SealedPhoto:
        """See `booth.ports.PhotoSafe.seal`; raises KioskError "store-full", "store-io" or "photo-key-invalid"."""
        if self._room is not None:
            self._room.demand()
        key = self._sealing_key()
        header = PacketHeader(
            booth=self._booth, visit=visit, record=self._ids.next(), key_id=key.id,
            created=self._clock.now().astimezone(UTC), media_type=media_type,
        )  # fmt: skip
        try:
            ciphertext = _SUITE.encrypt(picture, X25519PublicKey.from_public_bytes(key.public_raw), info_bytes(header))
        except ValueError as error:
            raise KioskError(
                "photo-key-invalid", "The office's key for photos is not usable.", "Sync again, or tell the office."
            ) from error
        plain_sha256 = sha256_hex(picture)
        stamp = None
        if self._notes is None or draft is None:
            packet = pack(header, ciphertext)
        else:
            stamp = self._notes.stamp()
            whole = replace(draft, plain_sha256=plain_sha256, key_id=key.id)
            packet = self._notes.pack(header, ciphertext, whole, stamp)
        blob = sha256_hex(packet)
        write_durably(self._path(blob), packet)
        return SealedPhoto(header.record, blob, len(packet), plain_sha256, key.id, stamp)

    def read(self, blob: str) -> bytes:
        """The packet's bytes, checked against their name; raises KioskError "photo-missing" or "photo-damaged"."""
        fault, packet = _read(self._folder, blob)
        if fault:
            raise KioskError(
                fault, "A sealed photo is missing or damaged.", "Keep the data folder and tell the office."
            )
        return packet

    def remove(self, blob: str) -> None:
        """Removes a packet that the office holds; one that is already gone is no error. Raises KioskError "photo-not-removed"."""
        path = self._path(blob)
        try:
            path.unlink(missing_ok=True)
            sync_folder(self._folder)
        except OSError as error:
            raise KioskError(
                "photo-not-removed",
                "A photo that was sent could not be removed from the data folder.",
                "Check that the folder belongs to the account that runs the program, then the disk.",
            ) from error

    def sweep(self, known: Collection[str], purged: Collection[str] = frozenset()) -> SweepReport:
        """Clears what a crash left half-written or half-removed, and reports whole packets that no record in `known` names.

        `purged` are those of `known` that are to be gone. Orphans are kept: a journal that was lost is rebuilt from them.
        """
        temporary = removed = 0
        orphans = []
        for entry in sorted(os.scandir(self._folder), key=lambda entry: entry.name):
            blob = entry.name.removesuffix(SUFFIX)
            if entry.name.endswith(TEMPORARY_SUFFIX):
                Path(entry.path).unlink()
                temporary += 1
            elif entry.name.endswith(SUFFIX) and blob in purged:
                self.remove(blob)
                removed += 1
            elif entry.name.endswith(SUFFIX) and blob not in known:
                orphans.append(blob)
        if temporary:
            sync_folder(self._folder)
        return SweepReport(temporary, tuple(orphans), removed)

    def _path(self, blob: str) -> Path:
        return _packet_path(self._folder, blob)


def packet_fault(folder: Path, blob: str) -> str:
    """What is wrong with a packet: "photo-missing", "photo-damaged", or "" if it is what its name says."""
    return _read(folder, blob)[0]


def _read(folder: Path, blob: str) -> tuple[str, bytes]:
    try:
        packet = _packet_path(folder, blob).read_bytes()
    except FileNotFoundError:
        return "photo-missing", b""
    except OSError:
        return "photo-damaged", b""
    return ("", packet) if sha256_hex(packet) == blob else ("photo-damaged", b"")


def _packet_path(folder: Path, blob: str) -> Path:
    if not _BLOB.fullmatch(blob):  # names come from stored rows: none may become another path
        raise KioskError("photo-missing", "A photo's name is not a hash.", "Keep the data folder and tell the office.")
    return folder / f"{blob}{SUFFIX}"

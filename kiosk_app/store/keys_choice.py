"""Which holder a booth's keys have: chosen once at enrolment, written down, and never changed behind anybody's back.

A TPM that disappears later is an error, not a reason to make weaker keys: the old ones are still good for what is not sent yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.store.files import create_durably, write_durably
from kiosk_app.store.guards import Guard, SystemdGuard, TpmGuard
from kiosk_app.store.keys import FileKeyHolder, KeyHolder, read_key_file
from kiosk_app.store.keys_guarded import DeviceKeys, GuardedKeyHolder, TpmDeviceKeys
from kiosk_app.store.tpm import Tpm
from kiosk_app.store.tpm_tools import TpmTools
from kiosk_app.store.windows_keys import DpapiGuard, WindowsTpmDeviceKeys, WindowsTpmGuard

FILE = "file"
_MARKER = "holder"
_DEVICE = "device"
Made = tuple[Guard, DeviceKeys | None]


def _tpm() -> Made:
    tpm = Tpm(TpmTools())
    return TpmGuard(tpm), TpmDeviceKeys(tpm)


# The best first: with the signing key inside the hardware, without, bound to an account only.
MAKERS: dict[str, Callable[[], Made]] = {
    "tpm": _tpm,
    "systemd": lambda: (SystemdGuard(), None),
    "windows": lambda: (WindowsTpmGuard(), WindowsTpmDeviceKeys()),
    "dpapi": lambda: (DpapiGuard(), None),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kind of holder on this machine; `unfit` says in words why it cannot be used, "" where it can."""

    kind: str
    unfit: str


def candidates() -> tuple[Candidate, ...]:
    """Every kind, each after a trial; takes some seconds where there is a TPM."""
    return (*(Candidate(kind, make()[0].unfit()) for kind, make in MAKERS.items()), Candidate(FILE, ""))


def open_holder(folder: Path, makers: dict[str, Callable[[], Made]] = MAKERS) -> KeyHolder:
    """The holder that this booth's keys were given to; files where nobody chose. Raises KioskError "keys-unknown-holder"."""
    kind = chosen(folder)
    if kind == FILE:
        return FileKeyHolder(folder)
    if kind not in makers:
        raise KioskError(
            "keys-unknown-holder",
            f"The file {_MARKER} of the key folder names no kind of key holder.",
            "Put back the key folder that belongs to this data, or install the version that wrote it.",
        )
    guard, device = makers[kind]()
    _finish_move(folder, kind)
    return GuardedKeyHolder(folder, guard, device)


def chosen(folder: Path) -> str:
    """The kind that was chosen for this folder; "file" where nobody has."""
    path = folder / _MARKER
    if not path.exists():
        return FILE
    return read_key_file(path).decode("ascii", "replace").strip()


def choose_holder(folder: Path, wanted: str = "", makers: dict[str, Callable[[], Made]] = MAKERS) -> KeyHolder:
    """Chooses the best fit holder for a booth that is enrolled now, or the `wanted` kind; one that has keys keeps its holder.

    Raises KioskError "keys-unfit" for a wanted kind that cannot be used here, and then has chosen nothing.
    """
    if any(folder.glob(f"{_DEVICE}.*")) or (folder / _MARKER).exists():
        return open_holder(folder, makers)
    kind = wanted or next((name for name, make in makers.items() if not make()[0].unfit()), FILE)
    if kind != FILE:
        _demand(kind, makers)
    create_durably(folder / _MARKER, kind.encode() + b"\n")
    return open_holder(folder, makers)


def move_keys(folder: Path, kind: str, makers: dict[str, Callable[[], Made]] = MAKERS) -> KeyHolder:
    """Takes the keys of a booth from its files to the holder `kind`; the booth stays the same, with all it has not sent.

    The caller holds the data folder's lock. The device key goes along, so it was in a file once: only a new enrolment makes one
    inside the hardware. A crash leaves the files in force, or the new holder; never neither. Raises KioskError "keys-unfit", or
    "keys-held" where the keys are not in files.
    """
    if chosen(folder) != FILE:
        raise KioskError("keys-held", f"The keys are held by {chosen(folder)} already.", "Nothing has to be done.")
    _demand(kind, makers)
    guard, _device = makers[kind]()
    for path in _files(folder):
        secret = read_key_file(path)
        blob = guard.seal(path.stem, secret)
        if guard.unseal(path.stem, blob) != secret:
            raise _unfit(kind, "it gave back another key than it was given")
        write_durably(_moved(path, kind), blob)
    write_durably(folder / _MARKER, kind.encode() + b"\n")
    return open_holder(folder, makers)


def _finish_move(folder: Path, kind: str) -> None:
    """Takes away the key files that a move has left behind. Flash keeps what was overwritten: they count as seen."""
    for path in _files(folder):
        if _moved(path, kind).exists():
            path.unlink()


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.key"))


def _moved(path: Path, kind: str) -> Path:
    """A device key that was moved has another name than one that was made inside."""
    return path.with_name(f"{path.stem}{'-moved' if path.stem == _DEVICE else ''}.{kind}")


def _demand(kind: str, makers: dict[str, Callable[[], Made]]) -> None:
    if kind not in makers:
        raise _unfit(kind, f"there are only {', '.join((*makers, FILE))}")
    reason = makers[kind]()[0].unfit()
    if reason:
        raise _unfit(kind, reason)


def _unfit(kind: str, reason: str) -> KioskError:
    return KioskError(
        "keys-unfit",
        f"Keys cannot be held by {kind} here: {reason}.",
        "Mend that, or choose another holder with --keys.",
    )

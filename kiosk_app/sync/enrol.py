"""How a booth comes in: the one-time code of the office for an identity of its own."""

import logging
import platform
from urllib.parse import urlsplit

from kiosk_app import __version__
from kiosk_app.contract.messages import EnrolRequest, EnrolResponse
from kiosk_app.contract.signatures import b64, unb64
from kiosk_app.errors import KioskError
from kiosk_app.log import event
from kiosk_app.store.identity import Identity
from kiosk_app.store.keys import KeyHolder
from kiosk_app.sync.client import Caller, json_request
from kiosk_app.sync.outcomes import CallError, Fault, read_message
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.transport import RequestsTransport, Transport

KEY_BYTES = 32
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_log = logging.getLogger("sync")
_NEW_CODE = "Ask the office for a new code: kiosk-app office booth add NAME"
_BY_SLUG = {
    "code-wrong": ("The office does not know this code.", "Check the code; after five wrong tries it is locked."),
    "code-locked": ("The code was typed wrong too often.", _NEW_CODE),
    "code-expired": ("The code is too old.", _NEW_CODE),
    "code-used": ("Another booth has used this code.", _NEW_CODE),
}
_BY_STEP = {
    Step.LINK: ("This machine has no network.", "Plug in the cable or join the Wi-Fi, then try again."),
    Step.DNS: ("The office's name cannot be looked up.", "Check the address and the network's DNS."),
    Step.PORTAL: ("Something else than the office answered.", "Check the address; log in to the mall's network first."),
    Step.TLS: (
        "The certificate is not the office's.",
        "Check the address and ca_file; log in to the mall's network first.",
    ),
    Step.CLOCK: ("The office's certificate is not valid at this time.", "Set this machine's clock, then try again."),
    Step.OFFICE: ("The office does not answer.", "Check the address and that the office is running, then try again."),
    Step.NONSENSE: ("The office's answer makes no sense.", "Check the address; tell the office."),
}


def office_address(text: str) -> str:
    """The base URL without a trailing slash; raises KioskError "office-address" for what is none.

    Plain HTTP to another machine is allowed and warned of: records are signed and photos sealed, tokens are not.
    """
    wrong = KioskError("office-address", "This is not an address of an office.", "Give one like https://office.example")
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise wrong from error
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise wrong
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        event(_log, "plain-http", logging.WARNING, url_host=parts.hostname, port=port)
    return parts.geturl().rstrip("/")


def enrol(
    address: str, code: str, keys: KeyHolder, *, ca_file: str | None = None, transport: Transport | None = None
) -> EnrolResponse:
    """Trades `code` for an identity. The same code and key again give the same answer, so a lost answer costs nothing.

    Raises KioskError with the code of what is wrong: "code-wrong", "code-locked", "code-expired", "code-used",
    "enrol-" and the broken step of the way, or "enrol-refused".
    """
    typed = code.strip()
    if not 4 <= len(typed) <= 40:
        raise _told("code-wrong", _BY_SLUG["code-wrong"])
    message = EnrolRequest(
        code=typed, public_key=b64(keys.ensure_device_key()), hw=f"{platform.system()} {platform.machine()}"[:200],
        sw=f"kiosk-app {__version__}",
    )  # fmt: skip
    line = transport if transport is not None else RequestsTransport(office_address(address), ca_file)
    try:
        reply = Caller(line).call(json_request("POST", "/v1/devices/enrol", message), {201})
        answer = read_message(EnrolResponse, reply)
    except CallError as error:
        raise _explained(error) from error
    finally:
        line.close()
    _check(answer)
    return answer


def to_identity(answer: EnrolResponse, address: str) -> Identity:
    """What the booth keeps of the office's answer; `address` is the one that worked."""
    return Identity(
        device_id=answer.device_id, name=answer.name, letter=answer.letter, site_id=answer.site_id,
        practice=answer.practice, office_url=address, config_key=answer.config_key,
        sealing_keys=tuple((key.id, key.public) for key in answer.sealing_keys),
    )  # fmt: skip


def _check(answer: EnrolResponse) -> None:
    """Keys that cannot work would only be found when the first photo is lost."""
    keys = [answer.config_key, *(key.public for key in answer.sealing_keys)]
    if not answer.sealing_keys or any(len(unb64(key)) != KEY_BYTES for key in keys):
        raise _told("enrol-nonsense", _BY_STEP[Step.NONSENSE])


def _explained(error: CallError) -> KioskError:
    if error.slug in _BY_SLUG:
        return _told(error.slug, _BY_SLUG[error.slug])
    if error.fault is Fault.UPGRADE:
        return KioskError(
            "enrol-upgrade", "This program and the office do not fit together.", "Update the older of the two."
        )
    if error.step in _BY_STEP and error.step is not Step.NONSENSE:
        return _told(f"enrol-{error.step.value}", _BY_STEP[error.step])
    if error.from_office and error.slug:
        return KioskError(
            "enrol-refused", f"The office refuses to enrol this booth ({error.slug}).", "Tell the office."
        )
    return _told("enrol-nonsense", _BY_STEP[Step.NONSENSE])


def _told(code: str, words: tuple[str, str]) -> KioskError:
    return KioskError(code, *words)

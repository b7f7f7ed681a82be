"""`kiosk-app doctor`: what of this booth is well, and what to do about the rest."""

import argparse
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk_app import log
from kiosk_app.commands.common import Subparsers, add_command, add_json, answer
from kiosk_app.commands.doctor_camera import ANOTHER_PICTURE, CameraPart, examine_camera
from kiosk_app.errors import KioskError

_WELL, _ACT, _REFUSED = 0, 1, 2
_STATES = ("pass", "look", "act")
_SUFFIXES = (".png", ".jpg", ".jpeg")
_PARTS: Mapping[str, Callable[[argparse.Namespace], CameraPart]] = {"camera": examine_camera}
_logger = logging.getLogger(__name__)


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "doctor",
        run,
        "what of this booth is well, and what to do about the rest",
        "Says of each thing pass, look or act, and for the last two what to do. Without a part: all of them.\n\n"
        "camera: opens the camera for two seconds and measures size and pace, focus, light, wall, colour, and whether it was\n"
        "moved. Do this once when the booth is set up well and empty:   kiosk-app doctor camera --reference\n"
        "later visits compare with it. A reference is kept only when there is nothing to act on; else the old one stays.\n"
        "Nothing is kept of a picture with somebody in it. End `kiosk-app run` first: a camera serves one program at a time.\n\n"
        "Exit status: 0 nothing to act on, and what was asked for was done; 1 something to act on; 2 wrong usage, or what was\n"
        "asked for was refused, in one line that says why: nothing could be examined, or reference or picture not kept. With\n"
        "--json it is exit_status too, and the reasons are under refused.",
    )
    parser.add_argument("part", nargs="?", choices=sorted(_PARTS), help="only this part")
    parser.add_argument(
        "--camera",
        metavar="SPEC",
        help="the camera to look at, as of `kiosk-app run` (default: the one of booth.toml)",
    )
    parser.add_argument("--reference", action="store_true", help="keep what the camera sees now as the reference")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="also save the picture, annotated, as PNG or JPEG")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Examines and tells; what was refused does not keep the findings back."""
    parts: dict[str, CameraPart] = {}
    refused: list[KioskError] = []
    try:
        if args.picture is not None:
            _check_target(args.picture)
        for name in [args.part] if args.part else _PARTS:
            parts[name] = _PARTS[name](args)
            refused += parts[name].refused
    except KioskError as error:
        refused.append(error)
    except Exception as error:  # noqa: BLE001 - 1, the status of an unforeseen fault elsewhere, is a finding here
        log.event(_logger, "doctor-failed", logging.ERROR, error=log.where(error))
        refused.append(
            KioskError("doctor-failed", f"An unforeseen fault ({log.where(error)}).", "Tell the technician.")
        )
    state = max((part.state for part in parts.values()), key=_STATES.index, default=None)
    status = _REFUSED if refused else _ACT if state == "act" else _WELL
    reasons = list({error.code: error for error in refused}.values())
    _tell(args, parts, state, status, reasons)
    return status


def _tell(
    args: argparse.Namespace, parts: Mapping[str, CameraPart], state: str | None, status: int, reasons: list[KioskError]
) -> None:
    value: dict[str, object] = {
        "state": state,
        "exit_status": status,
        "refused": [{"code": why.code, "message": why.message, "action": why.action} for why in reasons],
        "parts": {name: {"state": part.state, **part.value} for name, part in parts.items()},
    }
    if parts or args.json:
        answer(args, value, "\n".join(line for part in parts.values() for line in part.lines))
    for why in reasons:
        print(f"kiosk-app: {why.message} {why.action}", file=sys.stderr)


def _check_target(file: Path) -> None:
    if file.suffix.lower() not in _SUFFIXES:
        raise KioskError("picture-format", "The picture is a PNG or a JPEG.", "Name it .png or .jpg.")
    if file.exists():
        raise KioskError("picture-exists", f"{file} is there already.", ANOTHER_PICTURE)
    if not file.parent.is_dir():
        raise KioskError("picture-folder", f"There is no folder {file.parent}.", "Make it first, or name another one.")

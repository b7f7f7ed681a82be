"""`kiosk-app doctor`: what of this booth is well, and what to do about the rest."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.clock import SystemClock
from kiosk_app.commands.common import Subparsers, add_command, add_json, answer, booth_paths, reading_booth
from kiosk_app.errors import KioskError
from kiosk_app.files import write_whole
from kiosk_app.settings import load_settings

if TYPE_CHECKING:
    from kiosk_app.camera.doctor_rules import Item

_STATES = ("pass", "look", "act")
_POOR = " It is a poor one: do what is said above, then make it again."
_ANOTHER = "Name another file with --picture."
_SUFFIXES = (".png", ".jpg", ".jpeg")


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "doctor",
        run,
        "what of this booth is well, and what to do about the rest",
        "Says of each thing pass, look or act, and for the last two what to do. Exit status 1 when there is something to act\n"
        "on. Without a part: all of them.\n\n"
        "camera: opens the camera for two seconds and measures size and pace, focus, light, wall, colour, and whether it was\n"
        "moved. Do this once when the booth is set up well and empty:   kiosk-app doctor camera --reference\n"
        "later visits compare with it. Nothing is kept of a picture with somebody in it. End `kiosk-app run` first: a camera\n"
        "serves one program at a time.",
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


@dataclass(frozen=True, slots=True)
class Part:
    """What one part has to say: `value` for programs, `lines` for people, `refused` what it would not keep."""

    state: str
    value: dict[str, object]
    lines: list[str]
    refused: KioskError | None = None


def run(args: argparse.Namespace) -> int:
    """Examines, tells, and only then refuses what may not be kept."""
    if args.picture is not None:
        _check_target(args.picture)
    parts = {name: _PARTS[name](args) for name in ([args.part] if args.part else _PARTS)}
    state = max((part.state for part in parts.values()), key=_STATES.index)
    value = {name: {"state": part.state, **part.value} for name, part in parts.items()}
    answer(args, {"state": state, "parts": value}, "\n".join(line for part in parts.values() for line in part.lines))
    for part in parts.values():
        if part.refused is not None:
            raise part.refused
    return 1 if state == "act" else 0


def _camera(args: argparse.Namespace) -> Part:
    # Only who looks at a camera loads the models.
    from kiosk_app.camera.doctor import examine
    from kiosk_app.camera.doctor_reference import ReferenceShelf
    from kiosk_app.camera.source import open_source

    paths = booth_paths(args)
    spec = load_settings(paths.settings).with_camera(args.camera).camera.spec
    shelf = ReferenceShelf(paths.root)
    profile = _signed_profile(args)
    report = examine(open_source(spec), shelf, fresh=args.reference, profile=profile)
    kept, saved, refused = False, None, None
    try:
        if args.reference:
            shelf.keep(report.new_reference(SystemClock().now()))
            kept = True
        if args.picture is not None:
            write_whole(args.picture, report.picture(args.picture.suffix.lower()), _ANOTHER)
            saved = str(args.picture)
    except KioskError as error:
        refused = error
    since = "" if report.reference is None else f", compared with {report.reference.taken_at:%Y-%m-%d %H:%M} UTC"
    lines = [f"camera: {report.seen.name}{since}", *_item_lines(report.items)]
    if profile is None:
        lines.append("  Judged by the default gates: no enrolled booth in this folder could be opened.")
    if kept:
        lines.append("  The reference was kept." + (_POOR if report.state == "act" else ""))
    if saved is not None:
        lines.append(f"  Picture: {saved}")
    value: dict[str, object] = {
        "camera": report.seen.name,
        "reference": None if report.reference is None else report.reference.taken_at.isoformat(),
        "reference_kept": kept,
        "gates": "default" if profile is None else "signed",
        "picture": saved,
        "items": [asdict(item) for item in report.items],
    }
    return Part(report.state, value, lines, refused)


def _signed_profile(args: argparse.Namespace) -> PortraitProfile | None:
    """The rules that the office signed for this booth; None where there is no booth to read them from."""
    try:
        with reading_booth(args) as booth:
            return booth.rules.current().portrait
    except KioskError:
        return (
            None  # what stands in the way of the store is no finding about the camera; the answer says it was not read
        )


def _item_lines(items: "Sequence[Item]") -> Iterator[str]:
    for item in items:
        yield f"  {item.state.upper():5} {item.name:9} {item.finding}"
        if item.action:
            yield f"                  {item.action}"


_PARTS: Mapping[str, Callable[[argparse.Namespace], Part]] = {"camera": _camera}


def _check_target(file: Path) -> None:
    if file.suffix.lower() not in _SUFFIXES:
        raise KioskError("picture-format", "The picture is a PNG or a JPEG.", "Name it .png or .jpg.")
    if file.exists():
        raise KioskError("picture-exists", f"{file} is there already.", _ANOTHER)
    if not file.parent.is_dir():
        raise KioskError("picture-folder", f"There is no folder {file.parent}.", "Make it first, or name another one.")

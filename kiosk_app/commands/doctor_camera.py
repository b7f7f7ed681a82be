"""The camera's part of `kiosk-app doctor`: what it prints, and what it keeps of the empty booth."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.clock import SystemClock
from kiosk_app.commands.common import booth_paths, reading_booth
from kiosk_app.errors import KioskError
from kiosk_app.files import write_whole
from kiosk_app.settings import load_settings

if TYPE_CHECKING:
    from kiosk_app.camera.doctor import CameraReport
    from kiosk_app.camera.doctor_reference import Reference, ReferenceShelf
    from kiosk_app.camera.doctor_rules import Item, State

ANOTHER_PICTURE = "Name another file with --picture."
_NOT_REPLACED = "No reference was made, since later visits would take what is wrong now for right."
_MEND = "Do what stands under ACT, then run this again."
_LOOKED_AT = "Later visits take what is marked LOOK as it is now."


@dataclass(frozen=True, slots=True)
class CameraPart:
    """What there is to say: `value` for programs, `lines` for people; `refused`: what was asked for and not done."""

    state: "State"
    value: dict[str, object]
    lines: list[str]
    refused: list[KioskError]


@dataclass(slots=True)
class _Kept:
    """What came of --reference and --picture."""

    reference: bool = False
    picture: str | None = None
    lines: list[str] = field(default_factory=list)
    refused: list[KioskError] = field(default_factory=list)


def examine_camera(args: argparse.Namespace) -> CameraPart:
    """Looks, judges, keeps. Raises KioskError where it cannot even begin."""
    # Only who looks at a camera loads the models.
    from kiosk_app.camera.doctor import examine
    from kiosk_app.camera.doctor_reference import ReferenceShelf
    from kiosk_app.camera.source import open_source

    paths = booth_paths(args)
    spec = load_settings(paths.settings).with_camera(args.camera).camera.spec
    shelf = ReferenceShelf(paths.root)
    profile = _signed_profile(args)
    report = examine(open_source(spec), shelf, fresh=args.reference, profile=profile)
    kept = _keep(args, report, shelf)
    since = "" if report.reference is None else f", compared with that of {_day(report.reference)}"
    lines = [f"camera: {report.seen.name}{since}", *_item_lines(report.items)]
    if profile is None:
        lines.append("  Judged by the default gates: no enrolled booth in this folder could be opened.")
    value: dict[str, object] = {
        "camera": report.seen.name,
        "reference": None if report.reference is None else report.reference.taken_at.isoformat(),
        "reference_kept": kept.reference,
        "gates": "default" if profile is None else "signed",
        "picture": kept.picture,
        "items": [asdict(item) for item in report.items],
    }
    return CameraPart(report.state, value, lines + kept.lines, kept.refused)


def _keep(args: argparse.Namespace, report: "CameraReport", shelf: "ReferenceShelf") -> _Kept:
    kept = _Kept()
    if args.reference:
        _keep_reference(report, shelf, kept)
    if args.picture is not None and report.seen.fault is not None:
        kept.lines.append("  No picture was saved: the camera gave none.")
    elif args.picture is not None:
        try:
            write_whole(args.picture, report.picture(args.picture.suffix.lower()), ANOTHER_PICTURE)
        except KioskError as error:
            kept.refused.append(error)
        else:
            kept.picture = str(args.picture)
            kept.lines.append(f"  Picture: {args.picture}")
    return kept


def _keep_reference(report: "CameraReport", shelf: "ReferenceShelf", kept: _Kept) -> None:
    if report.state == "act" and not report.seen.people:
        kept.lines += [f"  {_NOT_REPLACED} {_standing(shelf)}", f"  {_MEND}"]
        return
    try:
        shelf.keep(report.new_reference(SystemClock().now()))
    except KioskError as error:
        kept.refused.append(error)
        kept.lines.append(f"  No reference was made. {_standing(shelf)}")
    else:
        kept.reference = True
        kept.lines.append("  The reference was kept." + (f" {_LOOKED_AT}" if report.state == "look" else ""))


def _standing(shelf: "ReferenceShelf") -> str:
    """What the next visit will compare with."""
    try:
        old = shelf.load()
    except KioskError:
        return "The one that is there is damaged."
    return "There is none." if old is None else f"That of {_day(old)} stays."


def _day(reference: "Reference") -> str:
    return f"{reference.taken_at:%Y-%m-%d %H:%M} UTC"


def _signed_profile(args: argparse.Namespace) -> PortraitProfile | None:
    """The rules that the office signed for this booth; None where there is no booth to read them from."""
    try:
        with reading_booth(args) as booth:
            return booth.rules.current().portrait
    except KioskError:
        # What stands in the way of the store is no finding about the camera; the answer says that it was not read.
        return None


def _item_lines(items: "Sequence[Item]") -> Iterator[str]:
    for item in items:
        yield f"  {item.state.upper():5} {item.name:9} {item.finding}"
        if item.action:
            yield f"                  {item.action}"

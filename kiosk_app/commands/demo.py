"""`kiosk-app demo`: a throw-away booth with an embedded office, to look at or to watch itself."""

import argparse
import os
import sys
from pathlib import Path

from kiosk_app.commands.common import Subparsers, add_command, add_json, whole_number

_DEFAULT_APPLICANTS = 15


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "demo",
        run,
        "a throw-away booth with practice people; nothing is kept",
        "Where there is a display, a window that you can use: practice people hold their codes to the camera, you touch the\n"
        "screen. Hold the emblem at the top left for three seconds for the officer's side (number 1001, PIN 246810).\n"
        "Without a display, or with --applicants, --shots or --json, the day plays itself through the real screens, and a\n"
        "summary tells what booth and office hold in the end.",
    )
    parser.add_argument(
        "--applicants", type=whole_number(1, 40), metavar="N", help="how many people come to the scripted day"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other people (default: 1)")
    parser.add_argument("--shots", type=Path, metavar="DIR", help="save a picture of every screen in DIR")
    parser.add_argument(
        "--outage", action="store_true", help="the office is gone from the middle of the day to its end"
    )
    parser.add_argument("--size", default="1920x1080", metavar="WxH", help="size of the window (default: 1920x1080)")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Plays the day, or opens the house to whoever sits there."""
    display = sys.platform in ("win32", "darwin") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if not display:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from kiosk_app.rehearsal.demo import play_alone, play_with_visitor  # only commands with screens load Qt

    scripted = not display or args.json or args.shots is not None or args.applicants is not None
    if scripted:
        args.applicants = args.applicants or _DEFAULT_APPLICANTS
        return play_alone(args)
    return play_with_visitor(args)

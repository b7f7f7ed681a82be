"""Rebuild assets/icons from pinned Lucide: `python tools/vendor_icons.py`. Needs npm. Only icons we use are kept."""

from pathlib import Path

from npm_package import NpmPackage

ASSETS = Path(__file__).resolve().parent.parent / "assets"

LUCIDE = NpmPackage("lucide-static", "1.62.0", "386f9080c440d6f5049cefe3456ae8357f7a0c7f76e59670cd1cb83bc7050a44")

_NAMES = """
arrow-left arrow-right ban bell-ring building-2 calendar calendar-clock calendar-x camera check chevron-right
circle-alert circle-check circle-question-mark circle-user-round clipboard-list clock cloud-alert cloud-check
cloud-upload delete file-check file-text flag glasses hand heart-handshake history hourglass id-card image info
keyboard landmark languages list-checks log-out map-pin megaphone octagon-alert pencil refresh-cw rotate-ccw
scan-qr-code search server shield-check skip-forward smile store ticket triangle-alert undo-2 user-round users
users-round wifi-off wrench x
"""
ICONS = tuple(_NAMES.split())


def main() -> None:
    """Write the icons and the licence; icons that are no longer named are removed."""
    folder = ASSETS / "icons"
    content = LUCIDE.read("LICENSE", *(f"icons/{name}.svg" for name in ICONS))
    (ASSETS / "licences" / "lucide.txt").write_bytes(content["LICENSE"])
    for old in folder.glob("*.svg"):
        if old.stem not in ICONS:
            old.unlink()
    for name in ICONS:
        (folder / f"{name}.svg").write_bytes(content[f"icons/{name}.svg"])
    print(f"{len(ICONS)} icons")


if __name__ == "__main__":
    main()

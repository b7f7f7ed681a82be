"""Rebuild assets/icons from pinned Lucide: `python tools/vendor_icons.py`. Needs npm. Only icons we use are kept."""

from pathlib import Path

from npm_package import NpmPackage

ASSETS = Path(__file__).resolve().parent.parent / "assets"

LUCIDE = NpmPackage("lucide-static", "1.62.0", "386f9080c440d6f5049cefe3456ae8357f7a0c7f76e59670cd1cb83bc7050a44")

_NAMES = """
accessibility alarm-clock arrow-left arrow-right baby ban bell-ring building-2 calendar calendar-clock calendar-x
camera camera-off check chevron-left chevron-right circle-alert circle-check circle-question-mark circle-user-round
circle-x clipboard-check clipboard-list clock clock-alert cloud-alert cloud-check cloud-off cloud-upload database
delete eye file-check file-text files fingerprint-pattern flag glasses globe hand hand-helping heart-handshake
history hourglass id-card image info keyboard key-round landmark languages list-checks lock log-out map-pin
megaphone message-circle-question-mark octagon-alert pencil plane printer qr-code refresh-cw rotate-ccw save
scan-face scan-line scan-qr-code search server settings shield-check skip-forward smile smartphone sparkles star
store sun ticket ticket-check triangle-alert undo-2 user user-check user-round users users-round volume-2 wifi
wifi-off wrench x zap
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

"""Checks the tree itself: file lengths, stray machine paths, exactly one OpenCV, nothing unfinished."""

import re
import statistics
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST, MEDIAN = 400, 150
BINARY = {".ttf", ".otf", ".tflite", ".onnx", ".binarypb", ".png", ".jpg", ".gz"}
STRAY = re.compile(r"(?<![\w.])/(?:work|root|home|tmp|opt)/[\w.]+")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|except:\s|except Exception:\s*(pass|\.\.\.)")


def tracked() -> list[Path]:
    """The files that git knows, the newly added ones included."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def line_problems(name: str, text: str) -> list[str]:
    """What single lines of a file must not say."""
    found: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if STRAY.search(line):
            found.append(f"{name}:{number}: a path of one machine.")
        if name.endswith(".py") and UNFINISHED.search(line):
            found.append(f"{name}:{number}: unfinished or silenced.")
    return found


def problems() -> list[str]:
    """One line for each thing that must not be in the tree."""
    found: list[str] = []
    lengths: list[int] = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in BINARY or name.startswith("requirements/") or name.endswith(".lock"):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            lines = text.count("\n")
            if name.startswith("kiosk_app/"):
                lengths.append(lines)
            if lines > LONGEST:
                found.append(f"{name}: {lines} lines; split it by what it is about (at most {LONGEST}).")
        if name != "tools/check_tree.py":
            found += line_problems(name, text)
    if lengths and statistics.median(lengths) > MEDIAN:
        found.append(f"The median file has {statistics.median(lengths):.0f} lines; at most {MEDIAN}.")
    opencv = sorted(d.name for d in distributions() if re.fullmatch(r"opencv.*python.*", d.name or "", re.I))
    if opencv != ["opencv-python-headless"]:
        found.append(f"Exactly opencv-python-headless must be installed, found {', '.join(opencv) or 'none'}.")
    return found


if __name__ == "__main__":
    lines = problems()
    print("\n".join(lines) or "The tree is in order.")
    sys.exit(bool(lines))

"""The resident set of the vision part alone: nothing else is imported here before it is.

Reads one frame (1280 x 720, BGR) from stdin; prints the resident set in MB: before, with the libraries, with the models,
after the frames.
"""

import json
import sys
from pathlib import Path


def resident_mb() -> float:
    """VmRSS in 10^6 bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024 / 1e6


def main(frames: int) -> None:
    """Loads, judges and tells."""
    raw = sys.stdin.buffer.read()
    told = {"before": resident_mb()}
    import numpy as np

    from kiosk_app.camera.portrait import PortraitAssessor

    told["libraries"] = resident_mb()
    assessor = PortraitAssessor()
    told["models"] = resident_mb()
    frame = np.frombuffer(raw, np.uint8).reshape(720, 1280, 3)
    for _ in range(frames):
        assessor.assess_live(frame)
        assessor.assess(frame)
    told["frames"] = resident_mb()
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))

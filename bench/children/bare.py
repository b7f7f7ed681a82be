"""The yardstick: one QApplication, one QWidget with a label, shown and painted.

Prints the monotonic second of the first paint, and the resident set after `seconds` of life.
"""

import json
import sys

from PySide6.QtWidgets import QApplication, QLabel, QWidget

from bench.children.probe import FirstPaint, live, resident_mb


def main(seconds: float) -> None:
    """Shows the window and tells."""
    application = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1920, 1080)
    QLabel("Selamat datang", window)
    paint = FirstPaint(window)
    window.show()
    painted = paint.wait()
    rss = 0.0
    if seconds:
        live(seconds)
        rss = resident_mb()
    print(json.dumps({"painted": painted, "rss_mb": rss}))
    window.close()
    application.processEvents()


if __name__ == "__main__":
    main(float(sys.argv[1]))

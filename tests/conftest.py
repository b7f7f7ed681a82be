"""For all tests: Qt without a display, and property tests that do not mind a busy machine."""

import os

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settings.register_profile("house", deadline=None)
settings.load_profile("house")

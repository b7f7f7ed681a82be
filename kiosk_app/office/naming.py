"""Names that people give to booths and officers."""

import unicodedata

from kiosk_app.errors import KioskError

_MAX = 100


def check_name(name: str) -> str:
    """The name without outer spaces; raises KioskError for an empty or long one, or one with hidden characters."""
    name = name.strip()
    if not 1 <= len(name) <= _MAX or any(unicodedata.category(sign)[0] == "C" for sign in name):
        raise KioskError("name-wrong", "A name has 1 to 100 characters that can be printed.", "Choose another name.")
    return name

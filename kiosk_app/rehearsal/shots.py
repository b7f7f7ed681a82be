"""Pictures of the screens while a day is rehearsed, one of each kind, in the order in which they first came up."""

from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.ui.window import KioskWindow


class Shots:
    """Saves PNG files into `folder`; with None it saves nothing."""

    def __init__(self, window: KioskWindow, folder: Path | None) -> None:
        self._window = window
        self._folder = folder
        self._taken: set[str] = set()
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _unwritable(folder) from error
            for old in folder.glob("[0-9][0-9]-*.png"):
                old.unlink()

    @property
    def count(self) -> int:
        """How many were saved."""
        return len(self._taken) if self._folder is not None else 0

    def take(self, name: str) -> None:
        """Saves the window as it is, the first time that `name` is asked for."""
        if name in self._taken:
            return
        self._taken.add(name)
        if self._folder is not None:
            file = self._folder / f"{len(self._taken):02d}-{name}.png"
            if not self._window.grab_screen().save(str(file)):
                raise _unwritable(self._folder)


def _unwritable(folder: Path) -> KioskError:
    return KioskError("shots-unwritable", f"No pictures can be saved in {folder}.", "Name another folder with --shots.")

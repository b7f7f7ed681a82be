"""A booth that dies between saying that a photo goes and removing it: `python -m tests.sync.purge_and_die FOLDER`."""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from kiosk_app.clock import SystemClock
from kiosk_app.paths import BoothPaths
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.photos import PhotoStore
from kiosk_app.sync.clocks import OfficeTime
from kiosk_app.sync.retention import Retention
from kiosk_app.sync.stores import BoothFiles


class Deadly(PhotoStore):
    """Is killed where it should remove."""

    def remove(self, blob: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    paths = BoothPaths(Path(sys.argv[1]))
    clock = SystemClock()
    files = BoothFiles(paths, FileKeyHolder(paths.keys), clock)
    stores = files.open()
    (captured_ms,) = stores.journal.rows("SELECT max(captured_ms) FROM records")[0]
    office = OfficeTime()
    office.hear(
        clock.now().fromtimestamp(captured_ms / 1000, clock.now().tzinfo) + timedelta(days=2), clock.monotonic()
    )
    photos = Deadly(paths.photos, files.photos("")._sealing_key, "", clock)
    Retention(stores.outbox, photos, lambda: 24, office, clock).run_if_due()


if __name__ == "__main__":
    main()

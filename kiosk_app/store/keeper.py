"""What looks after the store while the booth runs: the disk's room, the ballast, the spare, packets without records, and telling."""

import json
import logging
from dataclasses import dataclass

from kiosk_app.booth.facts import Incident
from kiosk_app.errors import KioskError
from kiosk_app.log import event
from kiosk_app.paths import BoothPaths
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.photos import PhotoStore
from kiosk_app.store.room import DiskRoom, Level
from kiosk_app.store.spare import Spare
from kiosk_app.store.sweep import sweep

EVERY_S = 60.0
PHOTOS_ASIDE = "photos"
_log = logging.getLogger("store")


@dataclass(frozen=True, slots=True)
class StoreState:
    """How the store stands, for `status`, the status screen and the heartbeat.

    `put_aside` counts journals (or rosters) in the quarantine, `photos_aside` packets there, `photos_damaged` photos that can never
    be sent; `missing` records are known to have been lost when the journal was last made anew.
    """

    disk_free: int
    level: Level
    ballast: bool
    put_aside: int
    photos_aside: int
    photos_damaged: int
    missing: int

    @property
    def problem(self) -> str:
        """The worst of it as a slug, "" when all is well: "disk-stop", "disk-warn", "records-lost", "photos-damaged", "put-aside",
        "no-ballast"."""
        said = (
            (self.level is Level.STOP, "disk-stop"), (self.missing > 0, "records-lost"),
            (self.photos_damaged > 0, "photos-damaged"), (self.level is Level.WARN, "disk-warn"),
            (self.put_aside + self.photos_aside > 0, "put-aside"), (not self.ballast, "no-ballast"),
        )  # fmt: skip
        return next((slug for holds, slug in said if holds), "")


def store_state(paths: BoothPaths, database: Database, room: DiskRoom | None = None) -> StoreState:
    """How it stands now; raises KioskError of the store."""
    disk = (room or DiskRoom(paths.root)).state()
    aside = list(paths.quarantine.iterdir()) if paths.quarantine.is_dir() else []
    photos = next((list(folder.iterdir()) for folder in aside if folder.name == PHOTOS_ASIDE), [])
    damaged = database.row("SELECT count(*) FROM blobs WHERE state = 'damaged'")
    return StoreState(
        disk_free=disk.free, level=disk.level, ballast=disk.ballast,
        put_aside=sum(folder.name != PHOTOS_ASIDE for folder in aside), photos_aside=len(photos),
        photos_damaged=0 if damaged is None else damaged[0],
        missing=_missing(paths, database),
    )  # fmt: skip


def _missing(paths: BoothPaths, database: Database) -> int:
    """What the last rebuilding could not find, as long as the file that it was in lies in the quarantine."""
    story = meta.read(database, meta.REBUILT)
    told = {} if story is None else json.loads(story)
    return int(told["missing"]) if told and (paths.quarantine / told["place"]).is_dir() else 0


class StoreKeeper:
    """Belongs to the thread of `database`; `begin` once before anybody is served, `look` every EVERY_S seconds after."""

    def __init__(
        self, paths: BoothPaths, database: Database, journal: JournalStore, photos: PhotoStore, room: DiskRoom
    ) -> None:
        self._paths = paths
        self._database = database
        self._journal = journal
        self._photos = photos
        self._room = room
        self._spare = Spare(paths.journal, database.derived_key("spare"))
        self._level = Level.OK

    def begin(self) -> StoreState:
        """Ballast, spare, sweep; what the last start mended is told to the office. What cannot be done now, on a full disk, is done
        at the next start: it keeps nobody from serving and sending."""
        try:
            swept = sweep(
                self._database, self._journal, self._photos, self._paths.photos, self._paths.quarantine / PHOTOS_ASIDE
            )
            if swept.worth_telling:
                self._journal.append(Incident("photos-swept", str(swept)))
            self._tell_rebuilt()
        except KioskError as error:
            event(_log, "sweep-put-off", logging.ERROR, code=error.code)
        return self.look()

    def look(self) -> StoreState:
        """Mends what failed, makes the ballast anew where there is room, and tells when the disk's level changes."""
        if self._database.broken:
            self._journal.mend()
        self._room.keep_ballast()
        try:
            self._spare.keep(self._database)
        except KioskError as error:
            event(_log, "spare-not-kept", logging.WARNING, code=error.code)
        state = self.state()
        if state.level is not self._level:
            self._level = state.level
            event(_log, "disk-level", logging.WARNING, state=state.level.value, bytes=state.disk_free)
            try:
                self._journal.append(Incident("disk-level", state.level.value))
            except KioskError as error:
                event(_log, "disk-level-not-told", logging.WARNING, code=error.code)
        return state

    def state(self) -> StoreState:
        """How it stands now."""
        return store_state(self._paths, self._database, self._room)

    def _tell_rebuilt(self) -> None:
        """Once, and again only if a crash comes between the record and the mark."""
        story = meta.read(self._database, meta.REBUILT)
        if story is None or meta.read(self._database, meta.REBUILT_TOLD) is not None:
            return
        self._journal.append(Incident("store-rebuilt", story))
        with self._database.transaction():
            meta.write(self._database, meta.REBUILT_TOLD, "1")

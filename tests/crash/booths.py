"""A booth's work, done by its real parts, which says what it has confirmed: the program that is recorded.

What each word means for whoever looks at the disk afterwards is in `confirmed.py`.
"""

import hashlib
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk_app import assembly
from kiosk_app.assembly import Booth, open_own_booth
from kiosk_app.booth.admission import Admit
from kiosk_app.booth.desk import Desk, Portrait
from kiosk_app.booth.facts import Outcome
from kiosk_app.booth.ports import OfficerSession
from kiosk_app.contract.config import ConfigBody, PublicKey, pack_config
from kiosk_app.contract.signatures import b64, config_input
from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder
from kiosk_app.paths import BoothPaths
from kiosk_app.store.config import ConfigStore
from kiosk_app.store.identity import Identity, IdentityStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.lock import DataLock
from kiosk_app.store.officers import OfficerRow, OfficerStore
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Answer, RecordAnswer
from kiosk_app.store.room import DiskLimits, DiskRoom
from kiosk_app.store.roster import ChangeOp, RosterChange, RosterRow, RosterStore
from kiosk_app.sync.clocks import OfficeTime
from kiosk_app.sync.retention import Retention
from kiosk_app.sync.stores import BoothFiles
from tests.crash.patches import put_in_place
from tests.crash.rosters import BASE, booking_of, changes_of, is_snapshot, snapshot_of
from tests.memory import ManualClock, profile
from tests.store.samples import DEVICE, OFFICE_KEY

Say = Callable[..., None]
OFFICER, PIN, WRONG_PIN = "1001", "271828", "314159"
# The cheapest Argon2id that a booth accepts: what counts here is when an attempt is kept, not how long a guess takes.
PIN_HASH = "$argon2id$v=19$m=19456,t=1,p=1$Y3Jhc2gtc3RhdGVzLXNhbHQ$7qL/oqXvYQQRyrofq0ZlJboe0PVdgvNE9NN0K1/ilJk"
# As large as it must be to be seen; the booth's own would be most of every disk.
BALLAST = DiskLimits(warn=0, stop=0, ballast=64 << 10)
SMALL_ROOM = partial(DiskRoom, limits=BALLAST)
_SIGNS = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"the office that configures").digest())
_PICTURE_BYTES = 2500  # some sectors: a torn packet must be possible
_never_closed: list["_Day"] = []


def paths_in(folder: Path) -> BoothPaths:
    """The booth's data folder, itself made under the watched one."""
    return BoothPaths(folder / "booth")


def enrol(folder: Path, say: Say, practice: bool) -> None:
    """What `kiosk-app enrol` does once the office has answered; it may be done again.

    The roster of a booth that is not for `practice` will lie behind officers' PINs.
    """
    paths = paths_in(folder)
    paths.make()
    sync_folder(folder)
    keys = FileKeyHolder(paths.keys)
    with DataLock(paths.lock):
        keys.ensure_device_key()
        with open_journal(paths.journal, keys) as journal:
            IdentityStore(journal).save(_identity(practice))
            _configure(ConfigStore(journal), 1)
            OfficerStore(journal, ManualClock()).replace_all([OfficerRow(OFFICER, "Sari", "officer", PIN_HASH)])
            say("enrolled")


def start(paths: BoothPaths, clock: ManualClock) -> Booth:
    """As the program starts, up to where somebody is served."""
    put_in_place(assembly, "DiskRoom", SMALL_ROOM)
    booth = open_own_booth(paths, clock)
    booth.keeper().begin()
    return booth


def serve(folder: Path, say: Say, visits: int, run: int = 2) -> None:
    """A day: applicants are served, the office answers, people log in; the program is started anew after each `run` of applicants."""
    day = _Day(folder, say)
    for visit in range(1, visits + 1):
        day.serve()
        day.exchange()
        day.pull()
        if visit % 2 == 0:
            day.log_in()
        if visit % run == 0:
            day.start_anew()
    day.close()


def serve_and_vanish(folder: Path, say: Say, visits: int) -> None:
    """The same without an orderly end: the log that SQLite keeps beside the database is still there."""
    day = _Day(folder, say)
    _never_closed.append(day)
    for _ in range(visits):
        day.serve()


class _Day:
    """A booth open twice, as under the screens and in the sync thread, here by turns in one thread."""

    def __init__(self, folder: Path, say: Say) -> None:
        self._paths = paths_in(folder)
        self._say = say
        self._clock = ManualClock()
        self._failures = 0
        self._random = random.Random(4)
        self._open()
        self._visits = self._booth.journal.count_arrivals(self._booth.today())
        self._page = int(self._booth.roster.cursor() or 0)

    def serve(self) -> None:
        """One applicant, from the typed number to the outcome; each step is on a screen when it returned."""
        self._clock.forward(seconds=30)
        booking = booking_of(self._visits % BASE)
        self._visits += 1
        reception = self._booth.reception()
        decision = reception.look(booking.number)
        if not isinstance(decision, Admit):
            raise RuntimeError(f"A booking of now was not admitted: {decision}")
        visit = reception.admit(decision).visit
        self._confirm()
        self._desk.call(visit)
        self._confirm()
        self._desk.check_documents(visit, ("doc.ktp",))
        self._confirm()
        picture = b"\xff\xd8\xff\xe0" + self._random.randbytes(_PICTURE_BYTES)
        self._desk.accept_photo(visit, Portrait(picture, 413, 531, {"yaw_deg": 1.5}, {"pose": "pass"}, {"face": "1"}))
        self._say("photo", *self._newest_photo(), hashlib.sha256(picture).hexdigest())
        self._confirm()
        self._desk.finish(visit, Outcome.DONE)
        self._confirm()

    def exchange(self) -> None:
        """The office takes some records and their photos, and says that they are on a backup; old photos go."""
        outbox = self._sync.outbox
        sent = outbox.due(6, 10**6)
        outbox.apply_results([RecordAnswer(one.id, Answer.ACCEPTED, one.seq) for one in sent], safe_pos=10**9)
        self._say("acked", *(one.id for one in sent))
        for blob in (blob for one in sent for blob in one.blobs):
            outbox.blob_verified(blob)
            self._say("verified", blob)
        outbox.save_lane_state("records", self._visits, None)
        self._say("lane", self._visits)
        before = outbox.blobs_purged()
        office = OfficeTime()
        office.hear(self._clock.now() + timedelta(minutes=1), self._clock.monotonic())
        Retention(outbox, self._booth.photos, lambda: 0, office, self._clock).run_if_due()
        for blob in sorted(outbox.blobs_purged() - before):
            self._say("purged", blob)

    def pull(self) -> None:
        """A page of the roster with its cursor, or now and then the whole; and now and then newer rules."""
        self._page += 1
        take_page(self._sync.roster, self._page, self._clock)
        self._say("cursor", self._page)
        if self._page % 4 == 0:
            version = self._page // 4 + 1
            _configure(self._sync.configs, version)
            self._say("config", version)

    def log_in(self) -> None:
        """Two wrong PINs, and every other time the right one: the answer to each is seen by whoever typed it."""
        for _ in range(2):
            self._clock.forward(minutes=20)
            self._failures += 1
            with suppress(KioskError):
                self._booth.officers.log_in(OFFICER, WRONG_PIN)
            self._say("failures", self._failures)
            self._confirm()
        if self._failures > 2:
            self._clock.forward(minutes=20)
            self._say("failures", 0)  # from the moment when the right PIN is typed they may be forgotten
            self._failures = 0
            self._booth.officers.log_in(OFFICER, PIN)
            self._confirm()

    def start_anew(self) -> None:
        """The program ends in order and starts again."""
        self.close()
        self._open()

    def close(self) -> None:
        self._sync.close()
        self._booth.close()

    def _open(self) -> None:
        self._booth: Booth = start(self._paths, self._clock)
        self._sync = BoothFiles(self._paths, self._booth.keys, self._clock).open(with_roster=True)
        self._desk: Desk = self._booth.desk("1", OfficerSession(OFFICER, "Sari", "officer"))
        self._say("ballast")
        if self._booth.roster.cursor() is None:
            take_page(self._sync.roster, 0, self._clock)
            self._say("cursor", 0)

    def _confirm(self) -> None:
        """All up to the last record was on a screen."""
        rows = self._booth.journal_db.rows("SELECT seq, id, sha256 FROM records ORDER BY seq DESC LIMIT 1")
        for seq, record_id, sha256 in rows:
            self._say("head", seq, record_id, sha256.hex())

    def _newest_photo(self) -> tuple[str, ...]:
        rows = self._booth.journal_db.rows("SELECT sha256 FROM blobs ORDER BY seq DESC LIMIT 1")
        return tuple(sha256 for (sha256,) in rows)


def take_page(roster: RosterStore, page: int, clock: ManualClock) -> None:
    """The office's answer to a pull."""
    if is_snapshot(page):
        rows = [RosterRow(one, v, booking_of(n)) for one, (v, n) in snapshot_of(page).items()]
        roster.replace(rows, str(page), len(rows), clock.now())
    else:
        changes = [
            RosterChange(ChangeOp.DEL, one, v) if n is None else RosterChange(ChangeOp.PUT, one, v, booking_of(n))
            for one, (v, n) in changes_of(page).items()
        ]
        roster.apply_changes(changes, str(page), clock.now())


def _identity(practice: bool) -> Identity:
    key, seals = b64(_SIGNS.public_key().public_bytes_raw()), ((OFFICE_KEY.id, b64(OFFICE_KEY.public_raw)),)
    return Identity(DEVICE, "Booth", "A", "ptc", practice, "http://127.0.0.1:1", key, seals)


def _configure(store: ConfigStore, version: int) -> None:
    """Keeps rules that the office signed."""
    seals = (PublicKey(OFFICE_KEY.id, b64(OFFICE_KEY.public_raw)),)
    body = pack_config(ConfigBody(profile(version=version), seals, (), ()))
    store.save(version, body, _SIGNS.sign(config_input(version, body)))

"""A journal that is not whole is put aside, never deleted, and the booth goes on with a fresh one made of what is left.

Order of the files: the fresh one is whole and synced before the old one moves; the old file moves before its log, because a file
without its log would look whole. So at every moment a crash leaves either the old journal as it was, or a fresh one that only waits
for its name.
"""

import logging
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder
from kiosk_app.log import event
from kiosk_app.paths import BoothPaths
from kiosk_app.store import health, meta, rebuild
from kiosk_app.store.carve import carve, file_salt
from kiosk_app.store.database import Database
from kiosk_app.store.derive import derived
from kiosk_app.store.files import sweep_temporary
from kiosk_app.store.keys import KeyHolder
from kiosk_app.store.lock import DataLock
from kiosk_app.store.opening import open_journal, open_roster
from kiosk_app.store.pages import PageReader
from kiosk_app.store.rebuild import Rebuilt
from kiosk_app.store.room import relieve
from kiosk_app.store.schema import JOURNAL_SCHEMA
from kiosk_app.store.signed import DeviceSignatures
from kiosk_app.store.spare import Spare
from kiosk_app.store.tiers import TIER_FOLDER
from kiosk_app.store.witness import Witness, path_of

UNREADABLE = "unreadable"
_LAST_LOG = "-wal.last"
_WITH_IT = ("-wal", "-shm", ".head", _LAST_LOG)
_log = logging.getLogger("store")


def make_whole(paths: BoothPaths, keys: KeyHolder) -> Rebuilt | None:
    """Looks at the journal before anybody uses it, and puts a spoilt one aside. For whoever holds the data folder's lock.

    What was done, None if all was well or there is no journal. Raises what opening raises for what is no damage, "keys-damaged" for a
    device key that did not sign this journal, and "store-damaged" where nothing can be rebuilt: then nothing was moved.
    """
    swept = sweep_temporary(paths.root, paths.keys, paths.keys / TIER_FOLDER)
    if swept:
        event(_log, "half-written-swept", count=swept)
    _finish(paths, keys)
    _look_at_roster(paths, keys)
    if not Database.exists(paths.journal):
        return None
    relieve(paths.root)
    _keep_log(paths)
    fault = _fault(paths, keys)
    if not fault:
        _beside(paths, _LAST_LOG).unlink(missing_ok=True)
        return None
    event(_log, "journal-not-whole", logging.ERROR, fault=fault)
    rebuilt = _rebuild(paths, keys, fault)
    event(
        _log,
        "journal-rebuilt",
        logging.ERROR,
        fault=fault,
        count=rebuilt.carried + rebuilt.photos,
        size=rebuilt.missing,
    )
    return rebuilt


def _look_at_roster(paths: BoothPaths, keys: KeyHolder) -> None:
    """A spoilt roster that opens without a person goes aside whole: the office sends it again."""
    if not Database.exists(paths.roster):
        return
    try:
        with open_roster(paths.roster, keys) as database:
            whole = database.authentic()
    except KioskError as error:
        if error.code != "store-damaged":
            return  # not ours to judge: opening says it where it matters
        whole = False
    if not whole:
        event(_log, "roster-not-whole", logging.ERROR)
        _move_aside(paths, _place(), sorted(paths.root.glob(f"{paths.roster.name}*"), reverse=True))


def keep_log_if_alone(paths: BoothPaths) -> None:
    """For whoever only reads, before opening: after a crash the first to close the journal makes SQLite remove its log, and the
    booth's own look at the next start would come too late for what is spoilt in it."""
    try:
        with DataLock(paths.lock):
            _keep_log(paths)
    except KioskError:  # the booth is running and looks after it, or nobody may write here
        return


def _keep_log(paths: BoothPaths) -> None:
    """SQLite ends its log at the first frame that is not right, and removes it: what lies behind is only in this copy."""
    log = _beside(paths, "-wal")
    try:
        if log.stat().st_size:
            shutil.copyfile(log, _beside(paths, _LAST_LOG))
    except FileNotFoundError:
        return
    except OSError as error:
        event(_log, "log-not-kept", logging.WARNING, error=type(error).__name__)


def _fault(paths: BoothPaths, keys: KeyHolder) -> str:
    """What is wrong. SQLite mends a file from its log when it closes it, even one that it could not read before."""
    try:
        found = _look(paths, keys)
    except KioskError as error:
        if error.code != "store-wrong-key" or not _key_opens(paths, keys):
            raise
        check = _beside(paths, ".check")  # the key is right, so what says otherwise was spoilt itself
        check.replace(check.with_name(check.name + ".spoilt"))
        event(_log, "key-check-spoilt", logging.WARNING)
        found = _look(paths, keys)
    return _look(paths, keys) if found == UNREADABLE else found


def _key_opens(paths: BoothPaths, keys: KeyHolder) -> bool:
    key = keys.database_key(JOURNAL_SCHEMA.name, create=False)
    return PageReader(key, file_salt(paths.journal)).opens(paths.journal, [_beside(paths, "-wal")])


def _look(paths: BoothPaths, keys: KeyHolder) -> str:
    try:
        with open_journal(paths.journal, keys) as database:
            witness = health.witness_of(database)
            found = health.wound(database, witness)
            if found == health.PAGES:
                database.checkpoint()  # a page that the log holds anew is as good as never spoilt
                found = health.wound(database, witness)
                event(_log, "page-spoilt", logging.ERROR, state="replaced" if not found else "lost")
            if not found:
                health.demand_own_key(database, DeviceSignatures(keys.public_der()))
                return ""
            try:
                Spare(paths.journal, database.derived_key("spare")).keep(database)
            except KioskError as error:
                event(_log, "spare-not-kept", logging.WARNING, code=error.code)
            return found
    except KioskError as error:
        if error.code != "store-damaged":
            raise
        return UNREADABLE


def _rebuild(paths: BoothPaths, keys: KeyHolder, fault: str) -> Rebuilt:
    key = keys.database_key(JOURNAL_SCHEMA.name, create=False)
    spare = Spare(paths.journal, derived(key, "spare"))
    salt = spare.salt()
    if salt is None:
        raise _beyond_help(paths)
    logs = [_beside(paths, _LAST_LOG), _beside(paths, "-wal")]
    remains = carve(paths.journal, logs, key, (file_salt(paths.journal), salt), DeviceSignatures(keys.public_der()))
    noted = Witness(paths.journal, derived(key, "witness")).read()
    place = _place()
    fresh_path = _fresh(paths)
    _drop_fresh(paths)
    with Database(fresh_path, key, JOURNAL_SCHEMA).open() as fresh:
        with fresh.transaction():
            spare.restore(fresh)
            rebuilt = replace(
                rebuild.fill(fresh, keys, remains, paths.photos, fresh.derived_key("notes"), noted),
                fault=fault,
                place=place,
            )
            rebuild.remember(fresh, rebuilt)
        head = health.head_of(fresh)
        if not fresh.check_pages():
            raise _beyond_help(paths)
        fresh.checkpoint()
    _put_aside(paths, place)
    _name_fresh(paths)
    Witness(paths.journal, derived(key, "witness")).note(head)
    return rebuilt


def _finish(paths: BoothPaths, keys: KeyHolder) -> None:
    """What a crash left half-done: the fresh journal takes its name, or is dropped because the old one is still there."""
    fresh = _fresh(paths)
    if not Database.exists(fresh):
        return
    if Database.exists(paths.journal):
        _drop_fresh(paths)
        return
    with Database(fresh, keys.database_key(JOURNAL_SCHEMA.name, create=False), JOURNAL_SCHEMA).open() as database:
        story = meta.read(database, meta.REBUILT)
    if story is None:
        return  # not ours: opening will say that the journal is missing
    _put_aside(paths, rebuild.place_in(story))
    _name_fresh(paths)


def _place() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}-{secrets.token_hex(2)}"


def _put_aside(paths: BoothPaths, place: str) -> None:
    _move_aside(paths, place, [_beside(paths, suffix) for suffix in ("", *_WITH_IT)])


def _move_aside(paths: BoothPaths, place: str, files: Iterable[Path]) -> None:
    """One after the other, each move durable before the next."""
    folder = paths.quarantine / place
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sync_folder(paths.root)
    sync_folder(paths.quarantine)
    for path in files:
        if path.exists():
            path.replace(folder / path.name)
            sync_folder(folder)
            sync_folder(paths.root)


def _name_fresh(paths: BoothPaths) -> None:
    _fresh(paths).replace(paths.journal)
    _drop_fresh(paths)
    sync_folder(paths.root)


def _drop_fresh(paths: BoothPaths) -> None:
    """Only ever a copy of what is still elsewhere."""
    for suffix in ("", "-wal", "-shm", ".check", ".before"):
        path = _fresh(paths)
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _fresh(paths: BoothPaths) -> Path:
    return _beside(paths, ".rebuilt")


def _beside(paths: BoothPaths, suffix: str) -> Path:
    return path_of(paths.journal) if suffix == ".head" else paths.journal.with_name(paths.journal.name + suffix)


def _beyond_help(paths: BoothPaths) -> KioskError:
    return KioskError(
        "store-damaged",
        f"{paths.journal.name} is damaged, and this booth cannot make a fresh one by itself.",
        "Do not delete it: keep the whole data folder and call the office's technician.",
    )

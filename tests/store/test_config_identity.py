from dataclasses import replace
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.store.config import ConfigStore, StoredConfig
from kiosk_app.store.database import Database
from kiosk_app.store.identity import Identity, IdentityStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal

IDENTITY = Identity(
    device_id="d" * 32, name="PTC 1", letter="B", site_id="ptc", practice=True, office_url="https://office.example",
    config_key="Y29uZmln", sealing_keys=(("seal-1", "b25l"), ("seal-2", "dHdv")),
)  # fmt: skip


def test_the_newest_configuration_is_kept_byte_for_byte(folder: Path, keys: FileKeyHolder) -> None:
    with open_journal(folder / "journal.db", keys) as opened:
        store = ConfigStore(opened)
        assert store.load() is None
        store.save(1, b'{"a": 1}', b"sig1")
        store.save(5, b'{"b":\n2}', b"sig5")
    with open_journal(folder / "journal.db", keys) as opened:
        assert ConfigStore(opened).load() == StoredConfig(5, b'{"b":\n2}', b"sig5")


@pytest.mark.parametrize(("version", "body"), [(4, b"older"), (5, b"other content"), (4, b"five")])
def test_an_older_configuration_is_refused(database: Database, version: int, body: bytes) -> None:
    store = ConfigStore(database)
    store.save(5, b"five", b"sig")
    with pytest.raises(KioskError) as caught:
        store.save(version, body, b"sig")
    assert caught.value.code == "config-rollback"
    assert store.load() == StoredConfig(5, b"five", b"sig")


def test_the_same_configuration_again_changes_nothing(database: Database) -> None:
    store = ConfigStore(database)
    store.save(5, b"five", b"sig")
    store.save(5, b"five", b"another signature of the same")
    assert store.load() == StoredConfig(5, b"five", b"sig")


def test_the_identity_is_that_of_the_last_enrolment(database: Database) -> None:
    store = IdentityStore(database)
    assert store.load() is None
    store.save(IDENTITY)
    assert store.load() == IDENTITY
    moved = replace(IDENTITY, site_id="icon")
    store.save(moved)
    assert store.load() == moved


def test_an_identity_that_says_nonsense_is_damage(database: Database) -> None:
    IdentityStore(database).save(IDENTITY)
    with database.transaction():
        database.execute("UPDATE identity SET data = '{\"name\": 5}'")
    with pytest.raises(KioskError) as caught:
        IdentityStore(database).load()
    assert caught.value.code == "store-damaged"

"""What the office publishes to its booths: profile, keys and people, signed; the version only rises."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, insert, select

from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.codec import DecodeError, decode, encode
from kiosk_app.booth.profile import Profile
from kiosk_app.clock import Clock
from kiosk_app.contract.config import ConfigBody, pack_config
from kiosk_app.contract.signatures import config_input
from kiosk_app.errors import KioskError
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.keys import OfficeKeys
from kiosk_app.office.notes import get_note, put_note
from kiosk_app.office.officers import OfficerBook
from kiosk_app.office.tables import devices, profiles

_DEFAULT = Path(__file__).parent / "profiles" / "default.json"
VERSION_NOTE, _CONTENT = "config_version", "config_sha256"
_BUILT_IN, _CUSTOM = "built-in", "custom"


@dataclass(frozen=True, slots=True)
class SignedConfig:
    """One booth's configuration as it travels."""

    version: int
    body: bytes
    signature: bytes


class Configuration:
    """Composes and signs each booth's configuration from the one published state."""

    def __init__(self, database: OfficeDatabase, keys: OfficeKeys, people: OfficerBook, clock: Clock) -> None:
        self._database = database
        self._keys = keys
        self._people = people
        self._clock = clock

    def publish(self) -> int:
        """Raises the version if anything that booths are told has changed; returns the version in force."""
        with self._database.write() as connection:
            self._keep_built_in(connection)
            content = sha256_hex(canonical_bytes(self._content(connection)))
            version = self.version(connection)
            if content != get_note(connection, _CONTENT):
                version += 1
                put_note(connection, _CONTENT, content)
                put_note(connection, VERSION_NOTE, str(version))
        return version

    def set_profile(self, text: bytes) -> int:
        """Publishes other rules, the JSON of a Profile whose version does not matter; returns the new version."""
        correct = "Correct it and publish the file again."
        try:
            profile = decode(Profile, json.loads(text))
        except (ValueError, RecursionError) as error:
            raise KioskError("profile-malformed", "The profile is not JSON.", correct) from error
        except DecodeError as error:
            raise KioskError("profile-malformed", f"In the profile: {error.message}", correct) from error
        with self._database.write() as connection:
            sites = set(connection.scalars(select(devices.c.site).where(devices.c.revoked_at.is_(None))))
            if sites - {place.id for place in profile.places}:
                raise KioskError(
                    "profile-places",
                    "The profile leaves out a place that has booths.",
                    "Keep it, or revoke them first.",
                )
            self._store(connection, _CUSTOM, profile)
        return self.publish()

    def version(self, connection: Connection) -> int:
        """The published version; 0 before the first."""
        return int(get_note(connection, VERSION_NOTE) or 0)

    def profile(self, connection: Connection, place: str = "") -> Profile:
        """The rules in force, for `place` or for the profile's own; raises KioskError "place-unknown"."""
        row = connection.execute(select(profiles).order_by(profiles.c.number.desc()).limit(1)).one()
        profile = decode(Profile, json.loads(row.body))
        if place and profile.place_by_id(place) is None:
            places = ", ".join(one.id for one in profile.places)
            raise KioskError("place-unknown", "The profile has no such place.", f"Take one of {places}.")
        return replace(profile, version=self.version(connection), place=place or profile.place)

    def for_booth(self, device: Device) -> SignedConfig:
        """What this booth is to know: its place's rules, and practice officers only where it is for practice."""
        with self._database.read() as connection:
            profile = self.profile(connection, device.site)
            body = pack_config(
                ConfigBody(
                    profile=profile,
                    sealing_keys=(self._keys.sealing_key,),
                    code_keys=(self._keys.code_key,),
                    officers=self._people.of(connection, device.practice),
                )
            )
        return SignedConfig(profile.version, body, self._keys.config.sign(config_input(profile.version, body)))

    def _keep_built_in(self, connection: Connection) -> None:
        """A new program version may bring new built-in rules; rules that the office set itself stay."""
        latest = connection.execute(select(profiles).order_by(profiles.c.number.desc()).limit(1)).one_or_none()
        built_in = decode(Profile, json.loads(_DEFAULT.read_bytes()))
        if latest is None or (latest.source == _BUILT_IN and latest.body != canonical_bytes(encode(built_in))):
            self._store(connection, _BUILT_IN, built_in)

    def _store(self, connection: Connection, source: str, profile: Profile) -> None:
        body = canonical_bytes(encode(profile))
        connection.execute(insert(profiles).values(source=source, body=body, at=self._clock.now()))

    def _content(self, connection: Connection) -> object:
        profile = replace(self.profile(connection), version=0)
        people = [encode(self._people.of(connection, practice)) for practice in (False, True)]
        return [encode(profile), encode(self._keys.sealing_key), encode(self._keys.code_key), people]

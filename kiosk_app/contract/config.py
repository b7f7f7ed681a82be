"""The configuration that the office publishes to one booth: the profile, the keys and the people."""

import json
from dataclasses import dataclass

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import DecodeError, decode, encode
from kiosk_app.booth.profile import Profile
from kiosk_app.contract.signatures import config_input, verify_office
from kiosk_app.errors import KioskError


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key of the office by its id; `public` is base64 of 32 raw bytes (X25519 for sealing, Ed25519 for codes)."""

    id: str
    public: str


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who may log in. `role` is officer, supervisor or technician; `pin` the encoded Argon2id hash."""

    id: str
    name: str
    role: str
    pin: str


@dataclass(frozen=True, slots=True)
class ConfigBody:
    """The signed content. `sealing_keys[0]` is the key to seal to now; `code_keys` have the key id (0-255) as their id."""

    profile: Profile
    sealing_keys: tuple[PublicKey, ...]
    code_keys: tuple[PublicKey, ...]
    officers: tuple[Officer, ...]


def pack_config(body: ConfigBody) -> bytes:
    """The bytes that are signed and sent."""
    return canonical_bytes(encode(body))


def open_config(version: int, body: bytes, signature: bytes, config_key: bytes) -> ConfigBody:
    """The content of a configuration whose signature holds; raises KioskError "config-untrusted" or "config-malformed"."""
    if not verify_office(config_key, config_input(version, body), signature):
        raise KioskError(
            "config-untrusted",
            "The configuration is not signed by the office.",
            "Check the office address and enrol again.",
        )
    try:
        content = decode(ConfigBody, json.loads(body), ignore_unknown=True)
    except (ValueError, DecodeError) as error:
        raise KioskError(
            "config-malformed",
            "The office's configuration cannot be read.",
            "Tell the office; the booth goes on with the last one.",
        ) from error
    if content.profile.version != version:
        raise KioskError(
            "config-untrusted", "The configuration names another version than its signature.", "Tell the office."
        )
    return content

"""Taking in what the office publishes: believed only with its signature, and never an older version."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kiosk_app.contract.config import ConfigBody, PublicKey, open_config, pack_config
from kiosk_app.contract.messages import ConfigResponse
from kiosk_app.contract.signatures import unb64
from kiosk_app.errors import KioskError
from kiosk_app.store.config import ConfigStore, StoredConfig
from kiosk_app.store.identity import Identity
from kiosk_app.store.officers import OfficerRow, OfficerStore
from kiosk_app.store.pins import is_acceptable
from kiosk_app.sync.enrol import KEY_BYTES
from kiosk_app.sync.memory import SyncMemory


class ConfigTaker:
    """Checks, keeps and puts into force. `identity` pins the office's key and the booth's place."""

    def __init__(self, store: ConfigStore, officers: OfficerStore, memory: SyncMemory, identity: Identity) -> None:
        self._store = store
        self._officers = officers
        self._memory = memory
        self._identity = identity
        kept = store.load()
        self.version = kept.version if kept is not None else 0

    def take(self, answer: ConfigResponse) -> ConfigBody | None:
        """Keeps a newer configuration; None where the booth has it already.

        Raises KioskError "config-untrusted", "config-malformed" or "config-rollback", and then has kept nothing.
        """
        body, signature = unb64(answer.body), unb64(answer.sig)
        content = opened(StoredConfig(answer.version, body, signature), self._identity)
        known = self.version
        self._store.save(answer.version, body, signature)
        self.version = answer.version
        return content if answer.version > known else None

    def let_in(self) -> None:
        """Lets in the officers of the configuration in force, unless they are in; also after a crash between the two.

        To be called when the office has just said which configuration that is. Raises KioskError "officers-malformed".
        """
        if self._memory.officers_version() == self.version:
            self._officers.confirm()
            return
        kept = self._store.load()
        if kept is not None:
            content = opened(kept, self._identity)
            self._officers.replace_all([OfficerRow(one.id, one.name, one.role, one.pin) for one in content.officers])
            self._memory.keep_officers_version(kept.version)


def opened(config: StoredConfig, identity: Identity) -> ConfigBody:
    """The content, for this booth and under the office's signature; raises "config-untrusted" or "config-malformed"."""
    try:
        content = open_config(config.version, config.body, config.sig, unb64(identity.config_key))
        _check(content)
    except (RecursionError, ArithmeticError, ValueError) as error:
        raise KioskError(
            "config-malformed",
            "The office's configuration cannot be read.",
            "Tell the office; the booth goes on with the last one.",
        ) from error
    if content.profile.place != identity.site_id:
        raise KioskError(
            "config-untrusted",
            "The configuration is for another place than this booth's.",
            "Tell the office, or enrol the booth again.",
        )
    return content


def _check(content: ConfigBody) -> None:
    """What can be read but not used would only be found when an applicant stands there; raises ValueError."""
    pack_config(content)  # no NaN and no infinity
    keys = (*content.sealing_keys, *content.code_keys)
    if not content.sealing_keys or any(not _is_key(key) for key in keys):
        raise ValueError("A key cannot be used.")
    for key in content.sealing_keys:  # a point of low order seals to everybody; raises ValueError
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(unb64(key.public)))
    if len({officer.id for officer in content.officers}) < len(content.officers):
        raise ValueError("Two officers have the same id.")
    if any(not is_acceptable(officer.pin) for officer in content.officers):
        raise ValueError("A PIN's hash cannot be used.")


def _is_key(key: PublicKey) -> bool:
    try:
        return len(unb64(key.public)) == KEY_BYTES
    except KioskError:
        return False


def retention_hours(store: ConfigStore, identity: Identity) -> int | None:
    """How long a photo that the office holds may stay in the booth, by the configuration in force; None before the first."""
    kept = store.load()
    return None if kept is None else opened(kept, identity).profile.retention_hours

"""Short tokens for booths: a signed nonce gets one for an hour. The booth's clock plays no part."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, insert, select

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.clock import Clock
from kiosk_app.contract.messages import Scope, TokenRequest
from kiosk_app.contract.signatures import b64, device_key, token_input, unb64, verify_device
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.tables import devices, nonces, tokens

NONCE_LIFE = timedelta(seconds=60)
TOKEN_LIFE = timedelta(hours=1)
_SECRET_BYTES = 32


_CALLER = (
    select(devices)
    .join(tokens, tokens.c.device_id == devices.c.id)
    .where(tokens.c.sha256 == bindparam("sha256"), tokens.c.expires_at > bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Session:
    """Who is calling and what it may do."""

    device: Device
    scope: Scope


class Sessions:
    """Nonces and tokens, kept as hashes: a copy of the database opens nothing."""

    def __init__(self, database: OfficeDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def challenge(self, device_id: str) -> str:
        """A nonce, good once and for a minute. An unknown booth gets one as well: it learns nothing from the answer."""
        nonce = b64(secrets.token_bytes(_SECRET_BYTES))
        now = self._clock.now()
        with self._database.read() as connection:
            known = connection.execute(select(devices.c.id).where(devices.c.id == device_id)).first()
        if known is not None:
            row = {"sha256": sha256_hex(nonce.encode()), "device_id": device_id, "expires_at": now + NONCE_LIFE}
            with self._database.write((device_id,)) as connection:
                connection.execute(delete(nonces).where(nonces.c.expires_at <= now))
                connection.execute(insert(nonces).values(row))
        return nonce

    def token(self, request: TokenRequest) -> tuple[str, Scope]:
        """A token for a nonce that this booth's key signed; raises ProblemError 401. A revoked booth's may only drain."""
        now = self._clock.now()
        refused = ProblemError(401, "challenge-failed", "The booth did not show that it is itself.", retry=True)
        with self._database.write((request.device_id,)) as connection:
            spent = connection.execute(
                delete(nonces).where(
                    nonces.c.sha256 == sha256_hex(request.nonce.encode()),
                    nonces.c.device_id == request.device_id,
                    nonces.c.expires_at > now,
                )
            )
            row = connection.execute(select(devices).where(devices.c.id == request.device_id)).one_or_none()
        if spent.rowcount != 1 or row is None:
            raise refused
        device = Device.of(row)
        message = token_input(request.device_id, request.nonce)
        if not verify_device(device_key(device.public_key), message, unb64(request.sig)):
            raise refused
        token = secrets.token_urlsafe(_SECRET_BYTES)
        scope = _scope(device)
        with self._database.write((device.id,)) as connection:
            connection.execute(delete(tokens).where(tokens.c.expires_at <= now))
            connection.execute(
                insert(tokens).values(
                    sha256=sha256_hex(token.encode()),
                    device_id=device.id,
                    scope=scope.value,
                    expires_at=now + TOKEN_LIFE,
                )
            )
        return token, scope

    def session(self, token: str | None) -> Session:
        """The caller behind a token; raises ProblemError 401. A revocation acts from the next call on."""
        if token is None:
            raise ProblemError(401, "token-required", "A token is needed.", headers={"WWW-Authenticate": "Bearer"})
        with self._database.look() as connection:
            asked = {"sha256": sha256_hex(token.encode()), "now": self._clock.now()}
            row = connection.execute(_CALLER, asked).one_or_none()
        if row is None:
            raise ProblemError(401, "token-expired", "Get a new token.", True, {"WWW-Authenticate": "Bearer"})
        device = Device.of(row)
        return Session(device, _scope(device))


def _scope(device: Device) -> Scope:
    return Scope.DRAIN if device.revoked_at is not None else Scope.FULL


def is_admin(token: str | None, admin_token: str) -> bool:
    """Whether the caller holds the office's own token."""
    return hmac.compare_digest((token or "").encode(), admin_token.encode())

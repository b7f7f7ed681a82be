"""The short-lived token of a lane: fetched by the device key, kept in memory only."""

import threading
from collections.abc import Callable

from kiosk_app.contract.messages import Scope, TokenResponse

_EARLY_S = 60.0  # renewed a little before it ends, so that a call under way is not cut


class TokenBox:
    """One token for the connections of one lane. Safe for several threads; only one of them fetches at a time."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0
        self._scope: Scope | None = None

    @property
    def scope(self) -> Scope | None:
        """What the last token allows; None before the first."""
        return self._scope

    def get(self, fetch: Callable[[], TokenResponse]) -> str:
        """The token, from `fetch` where there is none that is good for another minute."""
        with self._lock:
            if not self._token or self._monotonic() >= self._until:
                answer = fetch()
                self._token, self._scope = answer.access_token, answer.scope
                self._until = self._monotonic() + max(answer.expires_in - _EARLY_S, answer.expires_in / 2)
            return self._token

    def refuse(self, token: str) -> None:
        """The office did not take `token`: unless somebody renewed it meanwhile, it is forgotten."""
        with self._lock:
            if token == self._token:
                self._token = ""

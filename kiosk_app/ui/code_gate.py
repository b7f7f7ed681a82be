"""Which of the codes that the camera sees are news: a code that stays in the picture is one code, not thirty a second."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

ABSENT_S = 1.0
AGAIN_S = 5.0
_KEPT_S = 60.0


@dataclass(slots=True)
class _Trace:
    """When a code passed and was last seen (seconds), and whether it was gone since it passed."""

    passed_at: float
    seen_at: float
    gone: bool = False


class CodeGate:
    """Lets a code pass again only when it was gone for `absent_s` and `again_s` have passed since it passed.

    `monotonic` gives seconds. Codes are personal: only their hashes (salted by this process) are kept, and only for a minute.
    """

    def __init__(self, monotonic: Callable[[], float], absent_s: float = ABSENT_S, again_s: float = AGAIN_S) -> None:
        self._monotonic = monotonic
        self._absent_s = absent_s
        self._again_s = again_s
        self._traces: dict[int, _Trace] = {}

    def news(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Those of `codes` that are news."""
        now = self._monotonic()
        self._traces = {name: trace for name, trace in self._traces.items() if now - trace.seen_at < _KEPT_S}
        return tuple(code for code in codes if self._is_news(hash(code), now))

    def resume(self) -> None:
        """The camera looks again after a rest: what passed lately counts as held up until it was seen to be gone."""
        now = self._monotonic()
        for trace in self._traces.values():
            trace.seen_at, trace.gone = now, False

    def _is_news(self, name: int, now: float) -> bool:
        trace = self._traces.get(name)
        if trace is None:
            self._traces[name] = _Trace(now, now)
            return True
        trace.gone = trace.gone or now - trace.seen_at >= self._absent_s
        trace.seen_at = now
        if not trace.gone or now - trace.passed_at < self._again_s:
            return False
        trace.passed_at, trace.gone = now, False
        return True

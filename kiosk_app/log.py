"""Logs that cannot hold a person: named events with allow-listed fields, and a scrubber as the last step."""

import json
import logging
import logging.handlers
import re
import sys
from pathlib import Path

_LOG_BYTES = 2_000_000
_LOG_FILES = 5
# A run of eight digits or more may be a NIK, an application number, a phone or a date of birth; the code's own prefix marks a booking.
_PERSONAL = re.compile(r"\d[\d \-.]{6,}\d|IMI1[A-Z2-7]+|[\w.+-]+@[\w-]+\.[\w.]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

ALLOWED_FIELDS = frozenset(
    {
        "action", "attempts", "bytes", "camera", "code", "count", "delay_s", "error", "fault", "file_number", "key",
        "kind", "lane", "limit", "module", "part", "port", "reason", "screen", "seconds", "seq", "size", "state",
        "status", "step", "url_host", "version", "where",
    }
)  # fmt: skip

_ours: list[logging.Handler] = []


def scrub(text: str) -> str:
    """The text without anything that may name a person, and without control characters."""
    return _CONTROL.sub("?", _PERSONAL.sub("[removed]", text))


def event(logger: logging.Logger, name: str, level: int = logging.INFO, **fields: object) -> None:
    """Logs the event `name` with `fields`; a field outside the allow-list is a programming error and is refused."""
    unknown = set(fields) - ALLOWED_FIELDS
    if unknown:
        raise ValueError(f"Log fields not on the allow-list: {', '.join(sorted(unknown))}.")
    logger.log(level, name, extra={"fields": fields})


def where(error: BaseException) -> str:
    """The exception's type and the place it came from, never its text or its locals."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace is not None else ""
    return f"{type(error).__name__}{place}"


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "part": record.name,
            "event": scrub(record.getMessage()),
        }
        for key, value in getattr(record, "fields", {}).items():
            line[key] = value if isinstance(value, bool | float) or value is None else scrub(str(value))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def configure(file: Path | None = None, verbose: bool = False) -> None:
    """Sends the logs of the whole program to stderr and, when given, to a size-capped file."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        handlers.append(
            logging.handlers.RotatingFileHandler(file, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8")
        )
    root = logging.getLogger()
    while _ours:
        old = _ours.pop()
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.setFormatter(_JsonLines())
        root.addHandler(handler)
        _ours.append(handler)
    root.setLevel(logging.INFO if verbose or file is not None else logging.WARNING)
    for chatty in ("urllib3", "uvicorn", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

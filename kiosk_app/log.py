"""Logs that cannot hold a person: named events with allow-listed fields, and a scrubber as the last step.

Texts of other people's code and of exceptions may quote what they choked on. Of those only the place is kept, and what Python
itself prints about an exception that nobody caught goes the same way.
"""

import json
import logging
import logging.handlers
import re
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Final

_LOG_BYTES = 2_000_000
_LOG_FILES = 5
_LONGEST = 300  # characters of a value: names of events, codes and places are short
# A run of eight digits or more may be a NIK, an application number, a phone or a date of birth; the code's own prefix marks a booking.
_PERSONAL = re.compile(r"\d[\d \-./()]{6,}\d|IMI1[A-Z2-7]+|[\w.+%-]+@[\w-]+\.[\w.-]+")
_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")
_REMOVED: Final = "[removed]"
_OUR_OWN = frozenset({"kiosk_app", "qt"})

ALLOWED_FIELDS = frozenset(
    {
        "action", "attempts", "bytes", "camera", "code", "count", "delay_s", "error", "fault", "file_number", "key",
        "kind", "lane", "limit", "module", "part", "port", "reason", "screen", "seconds", "seq", "size", "state",
        "status", "step", "url_host", "version", "where",
    }
)  # fmt: skip

_ours: list[logging.Handler] = []
_log = logging.getLogger("program")


def scrub(text: str) -> str:
    """The text without anything that may name a person, and without control characters."""
    return _CONTROL.sub("?", _PERSONAL.sub(_without_person, text))


def _without_person(found: re.Match[str]) -> str:
    return found[0] if _IPV4.fullmatch(found[0]) else _REMOVED


def event(logger: logging.Logger, name: str, level: int = logging.INFO, **fields: object) -> None:
    """Logs the event `name` with `fields`; a field outside the allow-list is a programming error and is refused."""
    unknown = set(fields) - ALLOWED_FIELDS
    if unknown:
        raise ValueError(f"Log fields not on the allow-list: {', '.join(sorted(unknown))}.")
    logger.log(level, name, extra={"fields": fields})


def where(error: BaseException) -> str:
    """The exception's type and the place it came from, never its text or its locals."""
    return f"{type(error).__name__}{_place(error.__traceback__)}"


def _place(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace is not None else ""


class JsonLines(logging.Formatter):
    """One JSON object a line. What did not come from `event` is told by its place, and by its template where it has one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "part": scrub(record.name),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line["event"] = scrub(str(record.msg))
            line.update((key, _value(value)) for key, value in fields.items() if key in ALLOWED_FIELDS)
        else:
            line["event"] = scrub(_said(record))[:_LONGEST]
            line["where"] = scrub(f"{record.module}:{record.lineno}")
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _said(record: logging.LogRecord) -> str:
    """The whole text only of our own code. Of other people's the template, which a programmer wrote: its arguments, and a text
    without any, may be made of anything."""
    if record.name.split(".")[0] in _OUR_OWN:
        return record.getMessage()
    return str(record.msg) if record.args else "foreign"


def _value(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    text = scrub(str(value))[:_LONGEST]
    return value if isinstance(value, float) and _REMOVED not in text else text


def configure(file: Path | None = None, verbose: bool = False) -> None:
    """Sends the logs of the whole program to stderr and, when given, to a size-capped file; nothing else is printed any more about
    an exception that nobody caught."""
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
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
        _ours.append(handler)
    root.setLevel(logging.INFO if verbose or file is not None else logging.WARNING)
    for chatty in ("urllib3", "uvicorn", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    _take_over()


def _take_over() -> None:
    """Python's own last words quote the exception's text, and the message of a log call that failed with all its arguments."""
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    # Who has put a hook of its own there (a debugger, a test runner) keeps it.
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _uncaught
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _unraisable
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _thread_fell


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _tell("uncaught", error)


def _unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    if unraisable.exc_value is not None:
        _tell("unraisable", unraisable.exc_value)


def _thread_fell(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        _tell("thread-fell", args.exc_value)


def _tell(name: str, error: BaseException) -> None:
    event(_log, name, logging.ERROR, error=where(error))

"""From a fault's or a step's code to words for the person in front of the screen."""

from dataclasses import dataclass

from kiosk_app.errors import KioskError
from kiosk_app.ui.i18n import Translator


@dataclass(frozen=True, slots=True)
class Message:
    """Catalogue keys: what happened, and what to do now ("" where the first says both)."""

    what: str
    do: str = ""


GENERAL = Message("err.general")


def message_of(code: str, words: Translator) -> Message:
    """The message for the code of a KioskError: `err.<code>` and `err.<code>.do` where the catalogue has them, else the general
    kind words."""
    what, do = f"err.{code}", f"err.{code}.do"
    if not words.has(what):
        return GENERAL
    return Message(what, do if words.has(do) else "")


def message_for(error: KioskError, words: Translator) -> Message:
    """The message for an error."""
    return message_of(error.code, words)


def step_keys(step: str, words: Translator) -> tuple[str, str]:
    """Catalogue keys for a step on the way to the office (`SyncView.step`): in a few words, and with what to do about it."""
    known = step if words.has(f"net.step.{step}") else "unknown"
    return f"net.step.{known}", f"sync.state.{known}"

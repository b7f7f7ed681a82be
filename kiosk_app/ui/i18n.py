"""The words on the screens, in three languages, changeable while the booth runs.

Catalogues are flat JSON files, one a language, key -> text with {named} places. Indonesian is the first language: it is
complete by definition, and stands in where another catalogue has a gap.
"""

import json
import logging
import string
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from kiosk_app.ui.formats import Formats

LANGUAGES = ("id", "en", "zh")
FIRST = "id"
_log = logging.getLogger(__name__)


class MissingText(LookupError):
    """A key that no catalogue has, or a text whose {place} was given no value."""


def read_catalogue(file: Path) -> dict[str, str]:
    """The texts of one language. Raises ValueError or TypeError naming the file (and key) that is not as it should be."""
    raw = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(raw, dict):
        raise TypeError(f"{file.name}: not an object of texts")
    for key, text in raw.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{file.name}: {key} is not a text")
    return raw


def places(text: str) -> frozenset[str]:
    """The names of the {places} in a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


class _News(QObject):
    """The signal of a translator; apart from it because QObject has a `tr` of its own that means something else."""

    languageChanged = Signal(str)


class Translator:
    """Gives the words for a key in the language of this session.

    With `strict` (tests) a key without text raises MissingText. Without it the Indonesian text is shown, and a key that
    has none either is shown as itself; each such key is logged once. Values are put in as plain text and never logged.
    """

    def __init__(self, folder: Path, *, strict: bool = False) -> None:
        self._news = _News()
        self._texts = {language: read_catalogue(folder / f"{language}.json") for language in LANGUAGES}
        self._strict = strict
        self._language = FIRST
        self._complained: set[str] = set()

    @property
    def languageChanged(self) -> SignalInstance:
        """Sent with "id", "en" or "zh" after a change."""
        return self._news.languageChanged

    @property
    def language(self) -> str:
        """ "id", "en" or "zh"."""
        return self._language

    @property
    def formats(self) -> Formats:
        """Numbers, dates and times in the language now."""
        return Formats(self._language)

    def set_language(self, language: str) -> None:
        """Change the language of every bound text. Raises ValueError for a language that we do not have."""
        if language not in LANGUAGES:
            raise ValueError(f"no such language: {language}; there are {', '.join(LANGUAGES)}")
        if language != self._language:
            self._language = language
            self.languageChanged.emit(language)

    def has(self, key: str) -> bool:
        """True when there is a text for this key: for keys made from a code, such as an error's."""
        return key in self._texts[FIRST]

    def tr(self, key: str, **values: object) -> str:
        """The text of `key` with its {places} filled from `values`.

        Raises MissingText (strict only) for an unknown key or a place without value.
        """
        text = self._texts[self._language].get(key)
        if text is None:
            self._complain(key, f"no text for {key} in {self._language}")
            text = self._texts[FIRST].get(key, key)
        try:
            return text.format_map(values) if values or "{" in text else text
        except (KeyError, IndexError):
            self._complain(key, f"a place in {key} has no value")
            return text

    def count(self, key: str, n: int, **values: object) -> str:
        """The text of `key` for a number of things, as {n}: `key.none` or `key.one` where the catalogue has one."""
        special = {0: f"{key}.none", 1: f"{key}.one"}.get(n, key)
        chosen = special if self.has(special) else key
        return self.tr(chosen, n=self.formats.number(n), **values) if chosen == key else self.tr(chosen, **values)

    def bind(self, setter: Callable[[str], object], key: str, **values: object) -> None:
        """Call `setter` with the text now and after each change of language, as long as its widget lives.

        A value that depends on the language itself (a date) is given as a function without arguments. A later bind of the
        same setter replaces the earlier one. Raises TypeError when it is no method of a QObject.
        """
        owner = getattr(setter, "__self__", None)
        if not isinstance(owner, QObject):
            raise TypeError("bind needs a method of a QObject, so that it ends with it")
        name = getattr(setter, "__name__", "")
        for old in owner.findChildren(_Binding, name, Qt.FindChildOption.FindDirectChildrenOnly):
            self.languageChanged.disconnect(old.apply)
            old.deleteLater()
            old.setObjectName("")
        binding = _Binding(self, owner, setter, key, values)
        binding.setObjectName(name)
        self.languageChanged.connect(binding.apply)
        binding.apply()

    def _complain(self, key: str, what: str) -> None:
        if self._strict:
            raise MissingText(what)
        if key not in self._complained:
            self._complained.add(key)
            _log.warning("%s", what)


class _Binding(QObject):
    """One text that follows the language; a child of the widget that shows it, so it ends with it."""

    def __init__(
        self,
        translator: Translator,
        owner: QObject,
        setter: Callable[[str], object],
        key: str,
        values: dict[str, object],
    ) -> None:
        super().__init__(owner)
        self._translator = translator
        self._setter = setter
        self._key = key
        self._values = values

    def apply(self) -> None:
        """Set the text in the language now."""
        values = {name: value() if callable(value) else value for name, value in self._values.items()}
        self._setter(self._translator.tr(self._key, **values))

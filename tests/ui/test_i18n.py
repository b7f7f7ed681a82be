"""Words in three languages: the right one, changeable, never silently missing."""

import json
import logging
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel

from kiosk_app.ui.formats import Formats
from kiosk_app.ui.i18n import LANGUAGES, MissingText, Translator, places, read_catalogue

from .conftest import ASSETS

WIB = ZoneInfo("Asia/Jakarta")
MOMENT = datetime(2025, 1, 25, 2, 30, tzinfo=UTC)


def write(folder: Path, **texts: dict[str, str]) -> Path:
    """Catalogues with only these texts."""
    for language in LANGUAGES:
        (folder / f"{language}.json").write_text(json.dumps(texts.get(language, {})), encoding="utf-8")
    return folder


def test_the_same_key_in_three_languages(words: Translator) -> None:
    assert words.tr("scan.title") == "Pindai kode QR Anda"
    words.set_language("en")
    assert words.tr("scan.title") == "Scan your QR code"
    words.set_language("zh")
    assert words.tr("scan.title") == "请扫描您的二维码"
    assert words.tr("queue.ahead", n=3) == "前面还有 3 人"


def test_an_unknown_language_is_refused(words: Translator) -> None:
    with pytest.raises(ValueError, match="no such language"):
        words.set_language("nl")
    assert words.language == "id"


def test_numbers_of_things(words: Translator) -> None:
    words.set_language("en")
    assert words.count("queue.ahead", 0) == "You are next"
    assert words.count("queue.ahead", 1) == "1 person ahead of you"
    assert words.count("queue.ahead", 1234) == "1,234 people ahead of you"
    assert words.count("doc.left", 1) == "1 document not ticked"


def test_a_missing_text_is_an_error_in_tests(words: Translator) -> None:
    with pytest.raises(MissingText, match=r"no\.such"):
        words.tr("no.such")
    with pytest.raises(MissingText, match=r"queue\.ahead"):
        words.tr("queue.ahead")
    assert not words.has("no.such")


def test_in_service_a_gap_shows_indonesian_and_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = write(tmp_path, id={"a.b": "Silakan, {name}"}, en={})
    words = Translator(folder)
    words.set_language("en")
    with caplog.at_level(logging.WARNING):
        assert words.tr("a.b", name="Siti") == "Silakan, Siti"
        assert words.tr("a.b", name="Siti") == "Silakan, Siti"
        assert words.tr("x.y") == "x.y"
        words.set_language("id")
        assert words.tr("a.b") == "Silakan, {name}"
    assert [record.getMessage() for record in caplog.records] == ["no text for a.b in en", "no text for x.y in en"]
    assert "Siti" not in caplog.text


def test_values_are_text_and_never_a_pattern(words: Translator) -> None:
    assert words.tr("doc.missing", x="{n} <b>KTP</b>") == "Berkas belum lengkap: {n} <b>KTP</b>"


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    file = tmp_path / "id.json"
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(TypeError, match=r"id\.json"):
        read_catalogue(file)
    file.write_text('{"a.b": ""}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.b"):
        read_catalogue(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_have_the_same_keys_and_places(language: str) -> None:
    first = read_catalogue(ASSETS / "i18n" / "id.json")
    other = read_catalogue(ASSETS / "i18n" / f"{language}.json")
    assert set(other) == set(first)
    assert {key: places(text) for key, text in other.items()} == {key: places(text) for key, text in first.items()}


def test_bound_text_follows_the_language_until_its_widget_is_gone(qapp: QApplication, words: Translator) -> None:
    label = QLabel()
    words.bind(label.setText, "idle.open", t=lambda: words.formats.time(MOMENT, WIB))
    assert label.text() == "Layanan dibuka pukul 09.30 WIB"
    words.set_language("en")
    assert label.text() == "Service opens at 09:30"
    label.deleteLater()
    qapp.sendPostedEvents(label, QEvent.Type.DeferredDelete)
    words.set_language("zh")


def test_a_later_bind_replaces_the_earlier(qapp: QApplication, words: Translator) -> None:
    label = QLabel()
    words.bind(label.setText, "scan.title")
    words.bind(label.setAccessibleName, "scan.hint")
    words.bind(label.setText, "btn.back")
    words.set_language("en")
    assert label.text() == "Back"
    assert label.accessibleName() == words.tr("scan.hint")


def test_bind_needs_a_widget(words: Translator) -> None:
    with pytest.raises(TypeError, match="QObject"):
        words.bind([].append, "scan.title")


@pytest.mark.parametrize(
    ("language", "number", "day", "clock", "moment"),
    [
        ("id", "1.234", "Sabtu, 25 Januari 2025", "pukul 09.30 WIB", "Sabtu, 25 Januari 2025, pukul 09.30 WIB"),
        ("en", "1,234", "Saturday, 25 January 2025", "09:30 WIB", "Saturday, 25 January 2025, 09:30 WIB"),
        ("zh", "1,234", "2025年1月25日 星期六", "09:30 WIB", "2025年1月25日 星期六 09:30 WIB"),
    ],
)
def test_numbers_dates_and_times(language: str, number: str, day: str, clock: str, moment: str) -> None:
    formats = Formats(language)
    assert formats.number(1234) == number
    assert formats.long_date(date(2025, 1, 25)) == day
    assert formats.clock(MOMENT, WIB) == clock
    assert formats.moment(MOMENT, WIB) == moment


def test_the_date_of_a_moment_is_that_of_the_booths_zone() -> None:
    late = datetime(2025, 1, 25, 23, 59, tzinfo=UTC)
    assert Formats("id").moment(late, ZoneInfo("Asia/Makassar")) == "Minggu, 26 Januari 2025, pukul 07.59 WITA"


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Formats("id").time(datetime(2025, 1, 25, 9, 30), WIB)  # noqa: DTZ001 - what is refused

"""The confirmation slip: what it says, what it keeps to itself, and that a booth's camera reads it."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.codes import parse
from kiosk_app.booth.facts import CodeKind
from kiosk_app.booth.profile import Profile
from kiosk_app.camera.codes import CodeReader
from kiosk_app.errors import KioskError
from kiosk_app.office import slip_pen
from kiosk_app.office.code_issue import issue_code
from kiosk_app.office.office import Office
from kiosk_app.office.slip_page import MODULE_PX, group_id
from kiosk_app.office.slip_pen import is_chinese
from kiosk_app.office.slip_words import LANGUAGES, clock_time, long_date, words
from kiosk_app.office.slips import Slip, make_slip, qr_of
from kiosk_app.paths import assets_dir
from kiosk_app.ui.formats import Formats

from .conftest import MakeBooking
from .test_bookings import OfficeVerifier

NOW = datetime(2026, 1, 20, 3, tzinfo=UTC)
SLOT = datetime(2026, 1, 24, 3, 30, tzinfo=UTC)
SERVICES = ("new", "renew", "full", "child", "lost", "damaged", "data_change")


@pytest.fixture
def profile(office: Office) -> Profile:
    with office.database.read() as connection:
        return office.configuration.profile(connection)


@pytest.fixture
def booking(make_booking: MakeBooking) -> Booking:
    return make_booking(slot=SLOT, name="Nyayu Siti Rahmawati")


def slip_of(office: Office, booking: Booking, profile: Profile) -> Slip:
    return make_slip(booking, issue_code(booking, profile, office.keys), profile, NOW)


def gray_of(picture: bytes) -> np.ndarray:
    gray = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert gray is not None
    return np.asarray(gray, dtype=np.uint8)


def picture_in(pdf: bytes) -> bytes:
    """The JPEG that is the page of the PDF."""
    return pdf[pdf.index(b"\xff\xd8") : pdf.rindex(b"\xff\xd9") + 2]


def written(monkeypatch: pytest.MonkeyPatch, office: Office, booking: Booking, profile: Profile) -> list[str]:
    """All texts that are set on the slip."""
    said: list[str] = []
    original = slip_pen.Pen.text

    def text(self: slip_pen.Pen, x: float, y: float, text: str, *rest: object, **named: object) -> float:
        said.append(text)
        return original(self, x, y, text, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(slip_pen.Pen, "text", text)
    slip_of(office, booking, profile)
    return said


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_a_slip_reads_back_as_printed_and_as_a_webcam_sees_it(
    office: Office, booking: Booking, profile: Profile, form: str
) -> None:
    slip = slip_of(office, booking, profile)
    page = gray_of(slip.png() if form == "png" else picture_in(slip.pdf()))
    code = issue_code(booking, profile, office.keys)
    assert CodeReader().read(page) == [code]
    frame = np.full((720, 1280), 90, np.uint8)
    seen = cv2.resize(page, None, fx=2.5 / MODULE_PX, fy=2.5 / MODULE_PX, interpolation=cv2.INTER_AREA)
    frame[100 : 100 + seen.shape[0], 400 : 400 + seen.shape[1]] = seen
    assert CodeReader().read(frame) == [code]
    understood = parse(code, OfficeVerifier(office))
    assert (understood.kind, understood.booking_id) == (CodeKind.SIGNED, booking.id)


def test_the_code_is_small_enough_to_read_and_large_enough_on_paper(
    office: Office, booking: Booking, profile: Profile
) -> None:
    matrix = qr_of(issue_code(booking, profile, office.keys))
    assert len(matrix) == 41 + 8, "version 6: level M in the alphanumeric mode"
    assert len(matrix) * MODULE_PX * 25.4 / 300 >= 40
    quiet = np.array(matrix)
    quiet[4:-4, 4:-4] = False
    assert not quiet.any()


def test_the_quiet_zone_is_white_on_the_page(office: Office, booking: Booking, profile: Profile) -> None:
    page = gray_of(slip_of(office, booking, profile).png())
    rows, columns = np.nonzero(_code_region(page))
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    assert bottom - top == right - left == 41 * MODULE_PX
    zone = page[top - 4 * MODULE_PX : bottom + 4 * MODULE_PX, left - 4 * MODULE_PX : right + 4 * MODULE_PX].copy()
    zone[4 * MODULE_PX : -4 * MODULE_PX, 4 * MODULE_PX : -4 * MODULE_PX] = 255
    assert zone.min() == 255


def _code_region(page: np.ndarray) -> np.ndarray:
    """Pure black is used by the code alone; letters are a dark blue."""
    return np.asarray(page < 4)


def test_both_forms_have_the_size_of_a5_on_paper(office: Office, booking: Booking, profile: Profile) -> None:
    slip = slip_of(office, booking, profile)
    with Image.open(io.BytesIO(slip.png())) as picture:
        assert [round(pixels / dpi * 25.4) for pixels, dpi in zip(picture.size, picture.info["dpi"], strict=True)] == [
            148, 210,
        ]  # fmt: skip
    box = re.search(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)", slip.pdf())
    assert box is not None
    assert [round(float(points) / 72 * 25.4) for points in box.groups()] == [148, 210]


def test_a_slip_says_where_when_and_what_in_three_languages(
    monkeypatch: pytest.MonkeyPatch, office: Office, booking: Booking, profile: Profile
) -> None:
    said = written(monkeypatch, office, booking, profile)
    for text in (
        "Sabtu, 24 Januari 2026", "pukul 10.30 WIB", "Saturday, 24 January 2026, 10:30 WIB",
        "2026年1月24日 星期六 10:30 WIB", "Palembang Icon", "Jl. POM IX, Palembang", "Paspor baru",
        "New passport · 首次申请护照", group_id(booking.id), "Kartu Keluarga", "Nyayu S*** R***",
        "Lapor kedatangan mulai pukul 10.00 WIB. Mohon bawa lembar ini.",
    ):  # fmt: skip
        assert text in said


def test_a_slip_keeps_the_person_to_itself(
    monkeypatch: pytest.MonkeyPatch, office: Office, booking: Booking, profile: Profile
) -> None:
    booking = replace(booking, number="9234567890123456", person="f" * 64, birth_date=datetime(1990, 7, 8, tzinfo=UTC))
    said = " ".join(written(monkeypatch, office, booking, profile))
    for secret in ("Siti", "Rahmawati", booking.number, "f" * 64, "1990"):
        assert secret not in said
    content = slip_of(office, booking, profile)
    assert b"Rahmawati" not in content.pdf() + content.png()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_fits_and_its_letters_are_in_the_fonts(
    monkeypatch: pytest.MonkeyPatch, office: Office, booking: Booking, profile: Profile, service: str
) -> None:
    said = written(monkeypatch, office, replace(booking, service=service), profile)
    folder = assets_dir() / "fonts"
    covered = {
        chinese: set.intersection(*(set(TTFont(folder / names[chinese]).getBestCmap()) for names in slip_pen.FACES.values()))
        for chinese in (False, True)
    }  # fmt: skip
    missing = {sign for sign in "".join(said) if ord(sign) not in covered[is_chinese(sign)]}
    assert not missing
    at_booth = next(one.at_booth for one in profile.services if one.id == service)
    assert (words("slip.show").id in said) == at_booth
    assert (words("st.office").id in said) != at_booth


def test_dates_are_those_of_the_screens() -> None:
    for month in range(1, 13):
        local = datetime(2026, month, 3, 9, 5, tzinfo=UTC)
        for language in LANGUAGES:
            formats = Formats(language)
            assert getattr(long_date(local), language) == formats.long_date(local.date())
            assert getattr(clock_time(local), language) == formats.clock(local, UTC)


def test_a_booking_that_no_longer_stands_gets_no_slip(office: Office, booking: Booking, profile: Profile) -> None:
    with pytest.raises(KioskError, match="turned away"):
        slip_of(office, replace(booking, status=BookingStatus.CANCELLED), profile)
    with pytest.raises(KioskError, match="does not know"):
        make_slip(replace(booking, place="nowhere"), "", profile, NOW)


def test_rules_that_a_slip_cannot_hold_are_told(office: Office, booking: Booking, profile: Profile) -> None:
    def with_service(**changes: object) -> Profile:
        return replace(profile, services=tuple(replace(one, **changes) for one in profile.services))  # type: ignore[arg-type]

    texts: dict[str, str] = json.loads((assets_dir() / "i18n" / "id.json").read_text(encoding="utf-8"))
    every = tuple(key for key, text in texts.items() if key.startswith("doc.") and "{" not in text)
    with pytest.raises(KioskError, match="do not fit"):
        slip_of(office, booking, with_service(documents=every))
    with pytest.raises(KioskError, match=r"no doc\.unheard"):
        slip_of(office, booking, with_service(documents=("doc.unheard",)))


def test_a_broken_installation_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, office: Office, booking: Booking, profile: Profile
) -> None:
    monkeypatch.setattr("kiosk_app.office.slip_words.assets_dir", lambda: tmp_path)
    with pytest.raises(KioskError, match="texts cannot be read"):
        slip_of(office, booking, profile)
    monkeypatch.setattr("kiosk_app.office.slip_pen.assets_dir", lambda: tmp_path)
    with pytest.raises(KioskError, match="cannot be read"):
        slip_pen.Style(3.21).width("A")

"""The applicant's screens, pressed like a person presses them."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kiosk_app.booth.facts import ArrivalFlag, Lane, Reason, TurnedAway
from kiosk_app.booth.flow import Screen
from kiosk_app.errors import KioskError
from kiosk_app.ui.screens.applicant.birth_date import date_of
from kiosk_app.ui.screens.applicant.confirm import masked_number
from kiosk_app.ui.screens.applicant.type_code import is_complete, room_for
from tests import memory
from tests.shots.scenes import OFFLINE, ONLINE, SCENES
from tests.ui.rig import MakeRig, Rig

NUMBER = "1234567890123456"
ID = "AAAAAAAAAAA"


def to_scan(rig: Rig) -> None:
    rig.press("attract.start")
    rig.press("language.id")


def test_from_the_first_touch_to_a_number(rig: Rig) -> None:
    QTest.mouseClick(rig.find("screen.attract"), Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    rig.settle()
    assert rig.screen is Screen.LANGUAGE
    rig.press("language.en")
    assert rig.window.words.language == "en"
    assert rig.screen is Screen.SCAN
    rig.press("scan.type")
    rig.keys("type.keys.digits", NUMBER)
    rig.press("type.check")
    assert rig.screen is Screen.CONFIRM
    assert "Budi S***" in rig.texts()
    assert "Santoso" not in rig.texts()
    assert rig.journal.records == []
    rig.press("confirm.yes")
    assert rig.screen is Screen.TICKET
    assert rig.find("ticket.number").text() == "A001"  # type: ignore[attr-defined]
    assert rig.shown("ticket.qr")
    assert [arrival.number for arrival in rig.journal.arrivals()] == ["A001"]
    rig.press("ticket.done")
    assert rig.screen is Screen.ATTRACT
    assert rig.window.words.language == "id"


def test_what_was_typed_is_shown_in_groups_and_can_be_mended(rig: Rig) -> None:
    to_scan(rig)
    rig.press("scan.type")
    typing = rig.window.screens.type_code
    rig.keys("type.keys.digits", "12345<6")
    assert typing.code == "12346"
    rig.press("type.check")
    assert rig.screen is Screen.TYPE_CODE
    assert rig.window.words.tr("code.invalid") in rig.texts()
    rig.keys("type.keys.digits", "x")
    assert typing.code == ""
    rig.keys("type.keys.digits", NUMBER + "99")
    assert typing.code == NUMBER


def test_a_booking_code_with_letters(rig: Rig) -> None:
    to_scan(rig)
    rig.press("scan.type")
    rig.press("type.letters")
    rig.keys("type.keys.letters", ID[:-1] + "B")
    assert rig.window.words.tr("code.invalid") in rig.texts()
    rig.keys("type.keys.letters", "<A")
    rig.press("type.check")
    assert rig.screen is Screen.CONFIRM


@pytest.mark.parametrize(
    ("code", "complete"),
    [(NUMBER, True), (NUMBER[:-1], False), (ID, True), (ID[:-1] + "B", False), ("", False), ("²" * 16, False)],
)
def test_what_can_be_a_code(code: str, complete: bool) -> None:
    assert is_complete(code) is complete


def test_how_much_can_be_typed() -> None:
    assert room_for("1" * 15, "1")
    assert not room_for("1" * 16, "1")
    assert room_for("A" * 10, "B")
    assert not room_for("A" * 11, "B")
    assert not room_for("1" * 12, "A")


def test_the_same_code_again_shows_the_same_number(rig: Rig) -> None:
    rig.see(NUMBER)
    rig.press("confirm.yes")
    rig.press("ticket.done")
    rig.clock.forward(seconds=60)
    rig.see(NUMBER)
    assert rig.screen is Screen.TICKET
    assert rig.window.words.tr("ticket.again") in rig.texts()
    assert len(rig.journal.records) == 1


def test_who_says_it_is_somebody_else_leaves_no_trace(rig: Rig) -> None:
    rig.see(NUMBER)
    rig.press("confirm.no")
    assert rig.screen is Screen.SCAN
    assert "Budi" not in rig.everything()
    assert rig.journal.records == []
    rig.press("footer.back")
    assert rig.screen is Screen.ATTRACT


def test_offline_the_ticket_is_a_proof(rig: Rig) -> None:
    rig.bridge.syncChanged.emit(OFFLINE)
    rig.see(NUMBER)
    rig.press("confirm.yes")
    assert rig.window.words.tr("ticket.stored") in rig.texts()
    assert rig.window.words.tr("net.proof") in rig.texts()


def test_a_ticket_without_paper_and_code_still_has_its_number(rig: Rig) -> None:
    rig.printer.broken = KioskError("printer-missing", "No printer.", "Check the cable.")
    rig.see(NUMBER)
    rig.press("confirm.yes")
    assert rig.screen is Screen.TICKET
    assert rig.window.words.tr("ticket.nopaper") in rig.texts()
    assert not rig.shown("ticket.qr")


def test_a_number_that_waits_to_be_matched_says_so(rig: Rig) -> None:
    rig.roster.pulled = None
    rig.bridge.syncChanged.emit(ONLINE)
    rig.see("1671000000001234")
    assert masked_number("1671000000001234") in rig.texts()
    assert "1671000000001234" not in rig.texts().replace(" ", "")
    assert rig.window.words.tr("confirm.provisional") in rig.texts()
    rig.press("confirm.yes")
    assert rig.window.words.tr("ticket.provisional") in rig.texts()
    assert ArrivalFlag.PROVISIONAL in rig.journal.arrivals()[0].flags


def test_somebody_late_is_told_so_and_gets_a_number(rig: Rig) -> None:
    rig.clock.forward(minutes=90)
    rig.see(NUMBER)
    assert rig.window.words.tr("confirm.late") in rig.texts()
    rig.press("confirm.yes")
    assert rig.find("ticket.number").text() == "AL001"  # type: ignore[attr-defined]


def with_birth_date(make_rig: MakeRig) -> Rig:
    rules = memory.profile()
    asking = memory.Admission(30, 60, 24, 100, 2, ask_birth_date=True)
    rig = make_rig(profile=memory.FixedProfile(memory.profile(admission=asking, version=rules.version)))
    rig.roster.bookings = [memory.booking(birth_date=date(1990, 8, 17))]
    rig.see(NUMBER)
    rig.press("confirm.yes")
    assert rig.screen is Screen.BIRTH_DATE
    assert rig.journal.records == []
    return rig


def test_the_birth_date_is_compared_where_the_office_asks_for_it(make_rig: MakeRig) -> None:
    rig = with_birth_date(make_rig)
    rig.keys("birth.keys", "3102")
    rig.press("birth.next")
    assert rig.window.words.tr("birth.invalid") in rig.texts()
    rig.keys("birth.keys", "x17081990")
    rig.press("birth.next")
    assert rig.screen is Screen.TICKET
    assert ArrivalFlag.DATA_MISMATCH not in rig.journal.arrivals()[0].flags


def test_a_birth_date_that_differs_is_for_the_officer_not_a_refusal(make_rig: MakeRig) -> None:
    rig = with_birth_date(make_rig)
    rig.keys("birth.keys", "18081990")
    rig.press("birth.next")
    assert rig.screen is Screen.BIRTH_DATE
    assert rig.window.words.tr("birth.again") in rig.texts()
    rig.keys("birth.keys", "18081990")
    rig.press("birth.next")
    assert rig.screen is Screen.TICKET
    assert rig.window.words.tr("confirm.mismatch") in rig.texts()
    assert ArrivalFlag.DATA_MISMATCH in rig.journal.arrivals()[0].flags


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("17081990", date(1990, 8, 17)),
        ("29022024", date(2024, 2, 29)),
        ("29022023", None),
        ("1708199", None),
        ("26012025", None),
        ("01011899", None),
    ],
)
def test_dates(digits: str, expected: date | None) -> None:
    assert date_of(digits, date(2025, 1, 25)) == expected


def test_the_priority_groups_get_a_number_while_it_lasts(rig: Rig) -> None:
    for number in ("AP001", "AP002"):
        SCENES["no_code"](rig)
        rig.press("no_code.yes")
        assert rig.find("ticket.number").text() == number  # type: ignore[attr-defined]
        rig.press("ticket.done")
    assert {arrival.lane for arrival in rig.journal.arrivals()} == {Lane.PRIORITY}
    SCENES["no_code"](rig)
    rig.press("no_code.yes")
    assert rig.window.words.tr("away.quota.title") in rig.texts()


def test_without_a_booking_one_learns_how_to_get_one_and_is_counted(rig: Rig) -> None:
    SCENES["no_code"](rig)
    rig.press("no_code.no")
    assert rig.window.words.tr("away.no_booking.title") in rig.texts()
    assert rig.window.words.tr("away.no_booking.next") in rig.texts()
    assert rig.journal.records[-1].fact == TurnedAway(Reason.NO_BOOKING, rig.journal.records[-1].fact.code_kind)  # type: ignore[union-attr]
    rig.press("away.done")
    assert rig.screen is Screen.ATTRACT


@pytest.mark.parametrize(
    ("changes", "title", "told"),
    [
        ({"slot": memory.NINE + timedelta(hours=3)}, "away.early.title", "11.30"),
        ({"slot": memory.NINE + timedelta(days=3)}, "away.other_day.title", "Selasa, 28 Januari 2025"),
        ({"place": "icon"}, "away.wrong_place.title", "Palembang Icon"),
        ({"service": "lost"}, "away.office_only.title", "Kantor Imigrasi Kelas I TPI Palembang"),
        ({"status": "cancelled"}, "away.cancelled.title", ""),
    ],
)
def test_every_refusal_says_where_or_when(rig: Rig, changes: dict[str, object], title: str, told: str) -> None:
    rig.roster.bookings = [memory.booking(**changes)]
    rig.see(NUMBER)
    assert rig.screen is Screen.TURNED_AWAY
    texts = rig.texts()
    assert rig.window.words.tr(title) in texts
    assert told in texts
    assert len(rig.journal.records) == 1


def test_an_unknown_number_can_be_typed_again(rig: Rig) -> None:
    rig.see("1671000000001234")
    assert rig.window.words.tr("away.unknown.title") in rig.texts()
    rig.press("away.type")
    assert rig.screen is Screen.TYPE_CODE
    rig.keys("type.keys.digits", NUMBER)
    rig.press("type.check")
    assert rig.screen is Screen.CONFIRM


def test_typed_digits_survive_a_call_for_help(rig: Rig) -> None:
    to_scan(rig)
    rig.press("scan.type")
    rig.keys("type.keys.digits", "1234")
    rig.press("footer.help")
    rig.press("help.back")
    assert rig.window.screens.type_code.code == "1234"
    rig.press("footer.back")
    assert rig.window.screens.type_code.code == ""

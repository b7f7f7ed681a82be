"""Who walks away: the question, the answer, and that nothing of the person is left."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.idle import IdleGuard
from tests import memory
from tests.shots.scenes import SCENES
from tests.ui.rig import MakeRig, Rig

NAME, NUMBER = "Xaverius Quirinus", "1671998877665544"


@pytest.fixture
def guard(qapp: QApplication) -> tuple[IdleGuard, memory.ManualClock, list[object]]:
    clock = memory.ManualClock()
    guard = IdleGuard(clock.monotonic)
    told: list[object] = []
    guard.warned.connect(told.append)
    guard.resumed.connect(lambda: told.append("resumed"))
    guard.expired.connect(lambda: told.append("expired"))
    return guard, clock, told


def test_it_warns_counts_down_and_ends(guard: tuple[IdleGuard, memory.ManualClock, list[object]]) -> None:
    idle, clock, told = guard
    idle.watch(60, 20)
    for seconds in (59, 1, 5.5, 14.4):
        clock.forward(seconds=seconds)
        idle.tick()
    assert told == [20, 15, 1]
    clock.forward(seconds=0.2)
    idle.tick()
    assert told == [20, 15, 1, "resumed", "expired"]  # the question goes away before what it asked about
    clock.forward(seconds=500)
    idle.tick()
    assert told.count("expired") == 1


def test_a_touch_begins_anew_as_often_as_wanted(guard: tuple[IdleGuard, memory.ManualClock, list[object]]) -> None:
    idle, clock, told = guard
    idle.watch(60, 20)
    for _ in range(12):
        clock.forward(seconds=79)
        idle.tick()
        assert idle.warning
        idle.touch()
        assert not idle.warning
    assert "expired" not in told
    assert told.count("resumed") == 12


def test_at_rest_nothing_happens(guard: tuple[IdleGuard, memory.ManualClock, list[object]]) -> None:
    idle, clock, told = guard
    idle.watch(60, 20)
    clock.forward(seconds=61)
    idle.tick()
    idle.rest()
    clock.forward(seconds=500)
    idle.tick()
    assert told == [19, "resumed"]


def test_the_timer_looks_at_the_clock_by_itself(guard: tuple[IdleGuard, memory.ManualClock, list[object]]) -> None:
    idle, clock, told = guard
    idle.watch(60, 20)
    clock.forward(seconds=100)
    for _ in range(200):
        if told:
            break
        QTest.qWait(10)
    assert told == ["expired"]


def pass_time(rig: Rig, seconds: float) -> None:
    rig.clock.forward(seconds=seconds)
    rig.window.controller.idle.tick()
    rig.settle()


def test_the_question_covers_the_screen_and_is_answered_by_its_button(rig: Rig) -> None:
    rig.see(rig.roster.bookings[0].number)
    pass_time(rig, 61)
    assert rig.find("idle").rect() == rig.window.rect()
    rig.press("idle.continue")
    assert not rig.shown("idle")
    assert rig.screen is Screen.CONFIRM
    pass_time(rig, 59)
    assert not rig.shown("idle")


def test_a_touch_beside_the_button_is_an_answer_too_and_does_not_fall_through(rig: Rig) -> None:
    rig.see(rig.roster.bookings[0].number)
    pass_time(rig, 61)
    place = rig.find("idle")
    QTest.mouseClick(place, Qt.MouseButton.LeftButton, pos=QPoint(rig.window.width() // 2, rig.window.height() - 8))
    rig.settle()
    assert not rig.shown("idle")
    assert rig.screen is Screen.CONFIRM


def test_without_an_answer_the_booth_begins_anew_in_indonesian(rig: Rig) -> None:
    rig.see(rig.roster.bookings[0].number)
    rig.press("footer.lang.en")
    pass_time(rig, 81)
    assert rig.screen is Screen.ATTRACT
    assert rig.window.words.language == "id"
    assert not rig.shown("idle")
    assert rig.journal.records == []


PERSONAL = (
    "confirm",
    "birth_date",
    "ticket",
    "type_code",
    "away_wrong_place",
    "documents",
    "photo_ready",
    "review",
    "done",
)


@pytest.mark.parametrize("scene", PERSONAL)
def test_nothing_of_a_person_is_left(scene: str, make_rig: MakeRig, qapp: QApplication) -> None:
    rig = make_rig()
    rig.roster.bookings = [memory.booking(name=NAME, number=NUMBER)]
    SCENES[scene](rig)
    pieces = (*NAME.split(), NUMBER, NUMBER[-4:], "A001", rig.roster.bookings[0].name)
    controller = rig.window.controller
    if controller.counter.session is not None:
        pass_time(rig, 10_000)
        pass_time(rig, 1)
    else:
        pass_time(rig, 10_000)
    assert rig.screen is Screen.ATTRACT
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = rig.everything()
    assert [piece for piece in pieces if piece in left] == []
    assert not rig.window.screens.scan.preview.has_frame
    assert not rig.window.screens.photo.preview.has_frame


def test_an_officer_who_walks_away_is_logged_out(rig: Rig) -> None:
    rig.log_in()
    assert rig.screen is Screen.QUEUE
    pass_time(rig, 601)
    assert rig.shown("idle")
    pass_time(rig, 20)
    assert rig.screen is Screen.ATTRACT
    assert type(rig.journal.records[-1].fact).KIND == "logout"
    assert rig.journal.records[-1].fact.reason == "idle"  # type: ignore[union-attr]


def test_the_ticket_counts_down_and_goes_by_itself(rig: Rig) -> None:
    rig.see(rig.roster.bookings[0].number)
    rig.press("confirm.yes")
    pass_time(rig, 20)
    assert rig.screen is Screen.TICKET
    assert not rig.shown("idle")
    pass_time(rig, 6)
    assert rig.screen is Screen.ATTRACT

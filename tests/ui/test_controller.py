"""What the workers say, and when: scanning, foreign codes, sessions, failures."""

import pytest

from kiosk_app.booth.facts import BroughtBack, Called, Finished, HelpCalled, Missed, Outcome, Reason, TurnedAway
from kiosk_app.booth.flow import Event, Screen
from kiosk_app.errors import KioskError
from kiosk_app.ui.controller import watch_on
from kiosk_app.ui.services import SyncView, Watch
from tests import memory
from tests.shots.scenes import OFFLINE, SCENES
from tests.ui.rig import Rig

FOREIGN = "https://mall.example/wifi"
FULL = KioskError("store-full", "The disk is full.", "Call the technician.")


def number(rig: Rig) -> str:
    return rig.roster.bookings[0].number


def turned_away(rig: Rig) -> list[Reason]:
    return [record.fact.reason for record in rig.journal.records if isinstance(record.fact, TurnedAway)]


def advise(rig: Rig, advice: str) -> None:
    rig.bridge.codeAdvice.emit(advice)
    rig.settle()


def test_the_camera_is_told_what_to_look_for() -> None:
    watches = {screen: watch_on(screen) for screen in Screen}
    assert watches[Screen.ATTRACT] is Watch.IDLE
    assert watches[Screen.PHOTO] is Watch.PORTRAIT
    codes = {screen for screen, watch in watches.items() if watch is Watch.CODES}
    assert codes == {Screen.LANGUAGE, Screen.SCAN, Screen.TYPE_CODE, Screen.NO_CODE}
    assert watches[Screen.CONFIRM] is watches[Screen.TICKET] is watches[Screen.QUEUE] is Watch.REST


def test_the_watch_follows_the_screens(rig: Rig) -> None:
    assert rig.camera.watches[-1] is Watch.IDLE
    rig.press("attract.start")
    assert rig.camera.watches[-1] is Watch.CODES
    rig.see(number(rig))
    assert rig.camera.watches[-1] is Watch.REST


def test_a_code_at_the_attract_screen_needs_no_touch(rig: Rig) -> None:
    rig.see(number(rig))
    assert rig.screen is Screen.CONFIRM


def test_a_code_that_is_held_up_on_is_read_once(rig: Rig) -> None:
    rig.see(number(rig))
    rig.press("confirm.no")
    assert rig.screen is Screen.SCAN
    for _ in range(10):
        rig.clock.forward(seconds=0.5)
        rig.see(number(rig))
    assert rig.screen is Screen.SCAN
    rig.clock.forward(seconds=6)
    rig.see(number(rig))
    assert rig.screen is Screen.CONFIRM


def test_codes_mean_nothing_while_somebody_reads_a_ticket(rig: Rig) -> None:
    rig.roster.bookings.append(memory.booking(id="BBBBBBBBBBB", number="1234567890123457", person="p2"))
    rig.see(number(rig))
    rig.press("confirm.yes")
    rig.clock.forward(seconds=7)
    rig.see("1234567890123457")
    assert rig.screen is Screen.TICKET
    assert rig.find("ticket.number").text() == "A001"  # type: ignore[attr-defined]


def test_our_code_goes_before_a_poster_in_the_same_picture(rig: Rig) -> None:
    rig.see(FOREIGN, number(rig))
    assert rig.screen is Screen.CONFIRM


def test_a_stray_code_counts_nobody(rig: Rig) -> None:
    rig.see(FOREIGN)
    assert rig.screen is Screen.SCAN
    assert rig.shown("scan.hint")
    assert rig.journal.records == []
    rig.clock.forward(seconds=200)
    rig.window.controller.idle.tick()
    assert rig.screen is Screen.ATTRACT
    assert rig.journal.records == []


def test_two_foreign_codes_from_somebody_who_tries_are_a_person(rig: Rig) -> None:
    SCENES["scan"](rig)
    rig.see(FOREIGN)
    assert turned_away(rig) == []
    rig.clock.forward(seconds=6)
    rig.see(FOREIGN)
    assert rig.screen is Screen.TURNED_AWAY
    assert turned_away(rig) == [Reason.UNKNOWN]


def test_whoever_says_there_is_no_other_code_is_counted(rig: Rig) -> None:
    SCENES["scan"](rig)
    assert not rig.shown("scan.no_other")
    rig.see(FOREIGN)
    rig.press("scan.no_other")
    assert rig.screen is Screen.TURNED_AWAY
    assert turned_away(rig) == [Reason.UNKNOWN]


@pytest.mark.parametrize(
    ("advice", "words"),
    [
        ("closer", "Mohon dekatkan sedikit"),
        ("back", "Mohon jauhkan sedikit"),
        ("still", "Mohon tahan tanpa bergerak"),
        ("bright", "Naikkan kecerahan"),
        ("tilt", "Mohon miringkan"),
    ],
)
def test_a_code_that_is_seen_and_not_read_brings_advice(rig: Rig, advice: str, words: str) -> None:
    advise(rig, advice)
    assert rig.screen is Screen.SCAN
    assert words in rig.texts()
    advise(rig, "")
    assert words not in rig.texts()
    assert rig.screen is Screen.SCAN
    assert rig.journal.records == []


def test_the_end_of_an_advice_leaves_what_was_said_of_a_foreign_code(rig: Rig) -> None:
    SCENES["scan_foreign"](rig)
    before = rig.texts()
    advise(rig, "")
    assert rig.texts() == before


@pytest.mark.parametrize("scene", ["type_code", "confirm", "queue"])
def test_advice_about_a_code_disturbs_nobody_elsewhere(rig: Rig, scene: str) -> None:
    SCENES[scene](rig)
    screen, before = rig.screen, rig.texts()
    advise(rig, "closer")
    assert rig.screen is screen
    assert rig.texts() == before


def test_advice_is_still_there_after_a_look_elsewhere(rig: Rig) -> None:
    advise(rig, "closer")
    rig.press("scan.type")
    assert rig.screen is Screen.TYPE_CODE
    rig.window.controller.back_wanted()
    rig.settle()
    assert rig.screen is Screen.SCAN
    assert "Mohon dekatkan sedikit" in rig.texts()


def test_a_poster_that_cannot_be_read_calls_the_scan_screen_once(rig: Rig) -> None:
    advise(rig, "closer")
    rig.window.controller.finish_wanted()
    rig.settle()
    assert rig.screen is Screen.ATTRACT
    advise(rig, "")
    advise(rig, "closer")
    assert rig.screen is Screen.ATTRACT
    rig.clock.forward(seconds=200)
    advise(rig, "")
    advise(rig, "closer")
    assert rig.screen is Screen.SCAN


def test_one_photo_that_failed_is_no_fault_of_the_camera(rig: Rig) -> None:
    SCENES["photo"](rig)
    before = rig.texts()
    rig.press("photo.capture")
    rig.bridge.captureFailed.emit("crop-outside")
    rig.settle()
    assert rig.screen is Screen.PHOTO
    assert rig.texts() == before


def test_a_revoked_booth_gives_no_advice(rig: Rig) -> None:
    rig.bridge.boothRevoked.emit(True)
    rig.settle()
    advise(rig, "closer")
    assert rig.screen is Screen.ATTRACT


def test_a_foreign_code_does_not_disturb_somebody_who_types(rig: Rig) -> None:
    SCENES["type_code"](rig)
    rig.see(FOREIGN)
    assert rig.screen is Screen.TYPE_CODE
    assert turned_away(rig) == []


@pytest.mark.parametrize("scene", ["confirm", "no_code", "scan_foreign"])
def test_a_store_that_fails_shows_nothing_as_done(rig: Rig, scene: str) -> None:
    SCENES[scene](rig)
    rig.journal.broken = FULL
    rig.press({"confirm": "confirm.yes", "no_code": "no_code.yes", "scan_foreign": "scan.no_other"}[scene])
    assert rig.screen is Screen.TROUBLE
    assert rig.journal.records == []
    assert "A001" not in rig.texts()
    assert "store-full" in rig.texts()
    rig.press("trouble.done")
    assert rig.screen is Screen.ATTRACT


def test_help_is_recorded_with_the_place_and_leads_back(rig: Rig) -> None:
    SCENES["confirm"](rig)
    rig.press("footer.help")
    assert rig.screen is Screen.HELP
    assert rig.journal.records[-1].fact == HelpCalled("confirm")
    rig.press("help.back")
    assert rig.screen is Screen.CONFIRM
    assert "Budi" in rig.texts()


def test_an_answer_for_somebody_who_has_gone_is_not_shown_to_the_next(rig: Rig) -> None:
    way = rig.window.controller.way
    told: list[str] = []
    way.run(lambda: "old", told.append)
    way.forget()
    way.run(lambda: "new", told.append)
    rig.settle()
    assert told == ["new"]
    assert not way.busy


def test_a_failure_for_somebody_who_has_gone_troubles_nobody(rig: Rig) -> None:
    way = rig.window.controller.way

    def fail() -> None:
        raise FULL

    way.run(fail, lambda _none: None)
    way.forget()
    rig.settle()
    assert rig.screen is Screen.ATTRACT


def test_the_strip_names_the_broken_step_and_service_goes_on(rig: Rig) -> None:
    words = rig.window.words
    rig.bridge.syncChanged.emit(OFFLINE)
    rig.settle()
    assert words.tr("net.step.portal") in rig.texts()
    assert words.tr("idle.offline") in rig.texts()
    rig.bridge.syncChanged.emit(SyncView(step="ok", waiting=2, blobs_waiting=1))
    rig.settle()
    assert words.count("link.sending", 3) in rig.texts()
    rig.bridge.syncChanged.emit(SyncView(step="ok"))
    rig.settle()
    assert words.tr("link.online") in rig.texts()
    assert words.tr("idle.offline") not in rig.texts()


def test_a_camera_that_fails_leaves_typing(rig: Rig) -> None:
    SCENES["scan"](rig)
    rig.bridge.cameraFault.emit("camera-missing")
    rig.settle()
    assert rig.window.words.tr("scan.nocamera") in rig.texts()
    rig.bridge.cameraRecovered.emit()
    rig.settle()
    assert rig.window.words.tr("scan.nocamera") not in rig.texts()


def test_without_a_camera_nobody_is_asked_to_hold_a_code_up(rig: Rig) -> None:
    rig.bridge.cameraFault.emit("camera-missing")
    rig.settle()
    assert rig.window.words.tr("idle.nocamera") in rig.texts()
    rig.bridge.cameraRecovered.emit()
    rig.settle()
    assert rig.window.words.tr("idle.lead") in rig.texts()


def test_a_revoked_booth_serves_nobody_but_lets_officers_work(rig: Rig) -> None:
    rig.press("attract.start")
    rig.bridge.boothRevoked.emit(True)
    rig.settle()
    assert rig.screen is Screen.ATTRACT
    assert rig.window.words.tr("idle.locked") in rig.texts()
    assert not rig.shown("attract.start")
    rig.see(number(rig))
    assert rig.screen is Screen.ATTRACT
    assert not rig.journal.arrivals()
    rig.log_in()
    assert rig.screen is Screen.QUEUE
    rig.press("officer.logout")
    rig.bridge.boothRevoked.emit(False)
    rig.settle()
    rig.see(number(rig))
    assert rig.screen is Screen.CONFIRM


def test_a_code_held_up_again_tells_where_the_visit_stands(rig: Rig) -> None:
    words = rig.window.words
    rig.see(number(rig))
    rig.press("confirm.yes")
    rig.press("ticket.done")
    visit = rig.journal.arrivals()[0].visit
    for fact, key in (
        (Called(visit, "1", "1001"), "queue.missed"),
        (Missed(visit, "1001"), "queue.missed"),
        (BroughtBack(visit, "1001"), "ticket.again"),
        (Called(visit, "1", "1001"), "queue.missed"),
        (Finished(visit, "1001", Outcome.DONE), "ticket.finished"),
    ):
        rig.journal.append(fact)
        rig.clock.forward(seconds=10)
        rig.see(number(rig))
        assert rig.screen is Screen.TICKET
        assert words.tr(key) in rig.texts()
        assert rig.shown("ticket.ahead") is (key == "ticket.again"), "who does not wait is told no wait"
        rig.press("ticket.done")


def test_a_new_profile_is_shown_at_once(rig: Rig) -> None:
    rig.profile.value = memory.profile(office_name="Kantor Imigrasi Baru", version=2)
    rig.bridge.profileChanged.emit()
    rig.window._show_clock()
    rig.settle()
    assert "Kantor Imigrasi Baru" in rig.texts()


def test_back_is_only_where_the_flow_has_it(rig: Rig) -> None:
    assert not rig.shown("footer.back")
    rig.press("attract.start")
    rig.press("footer.back")
    assert rig.screen is Screen.ATTRACT
    SCENES["confirm"](rig)
    assert not rig.shown("footer.back")
    rig.press("footer.cancel")
    assert rig.screen is Screen.ATTRACT
    assert rig.journal.records == []


def test_an_event_without_meaning_is_passed_over(rig: Rig) -> None:
    assert not rig.window.controller.way.go(Event.PHOTO_ACCEPTED)
    assert rig.screen is Screen.ATTRACT

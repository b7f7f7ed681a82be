"""The officer's screens: log in, call, check, photograph, close."""

import pytest

from kiosk_app.booth.facts import (
    BroughtBack,
    Called,
    DocumentsChecked,
    Finished,
    LoggedOut,
    Missed,
    Outcome,
    PhotoTaken,
)
from kiosk_app.booth.flow import Screen
from kiosk_app.booth.visits import VisitState
from kiosk_app.errors import KioskError
from kiosk_app.ui.services import CaptureView, LiveView, Watch
from tests import memory
from tests.shots.faces import jpeg, portrait
from tests.shots.scenes import PASS, PROFILE, SCENES, arrive
from tests.ui.rig import MakeRig, Rig


def facts(rig: Rig, kind: type) -> list[object]:
    return [record.fact for record in rig.journal.records if isinstance(record.fact, kind)]


@pytest.fixture
def desk(make_rig: MakeRig) -> Rig:
    """One applicant waits, an officer is logged in."""
    rig = make_rig(profile=memory.FixedProfile(PROFILE))
    arrive(rig, rig.roster.bookings[0])
    rig.log_in()
    assert rig.screen is Screen.QUEUE
    return rig


def to_photo(rig: Rig) -> None:
    rig.press("queue.next")
    for document in ("doc.ktp", "doc.kk", "doc.birth"):
        rig.press(f"documents.{document}")
    rig.press("documents.done")
    assert rig.screen is Screen.PHOTO


def live(rig: Rig, at: float, **advice: str) -> None:
    verdicts = {**PASS, **advice}
    rig.bridge.liveSeen.emit(LiveView(1, {"eyes_open": 0.01, "frame_l": 20.0}, verdicts, not advice, at))
    rig.settle()


def capture(rig: Rig, **advice: str) -> None:
    photo = jpeg(portrait("straight"))
    verdicts = {**PASS, **advice}
    rig.bridge.captured.emit(
        CaptureView(
            photo,
            413,
            531,
            {"yaw_deg": 1.0},
            verdicts,
            {"face": "m1"},
            "advice" not in advice.values(),
            photo,
            "image/jpeg",
        )
    )
    rig.settle()


def test_a_wrong_pin_and_an_unknown_number_sound_the_same(rig: Rig) -> None:
    rig.log_in(pin="111111")
    first = rig.find("login.message").accessibleName()
    assert rig.screen is Screen.LOGIN
    rig.press("login.other")
    assert not rig.shown("login.message")
    for digit in "4242":
        rig.press(f"login.id.{digit}")
    rig.press("login.next")
    for digit in "246810":
        rig.press(f"login.key.{digit}")
    assert rig.find("login.message").accessibleName() == first
    assert first
    rig.press("login.cancel")
    assert rig.screen is Screen.ATTRACT
    assert "4242" not in rig.everything()


def test_a_locked_officer_is_told_to_wait(rig: Rig) -> None:
    def locked(_officer: str, _pin: str) -> None:
        raise KioskError("login-locked", "Locked.", "Wait.")

    rig.officers.log_in = locked  # type: ignore[assignment,method-assign]
    rig.log_in()
    assert rig.window.words.tr("err.login-locked") in rig.texts()


def test_without_a_number_there_is_no_pin(rig: Rig) -> None:
    rig.window.controller.officer_wanted()
    rig.press("login.next")
    assert rig.shown("login.id.1")


def test_a_whole_visit(desk: Rig) -> None:
    desk.press("queue.next")
    assert desk.screen is Screen.DOCUMENTS
    assert facts(desk, Called) == [Called(facts(desk, Called)[0].visit, "1", "1001")]  # type: ignore[attr-defined]
    texts = desk.texts()
    assert "Budi Santoso" in texts
    assert "1234 5678 9012 3456" in texts
    for document in ("doc.ktp", "doc.kk", "doc.birth"):
        desk.press(f"documents.{document}")
    assert desk.window.words.tr("doc.all") in desk.texts()
    desk.press("documents.done")
    assert facts(desk, DocumentsChecked)[0].missing == ()  # type: ignore[attr-defined]
    assert desk.camera.watches[-1] is Watch.PORTRAIT
    for at in (0.0, 0.3, 0.6):
        live(desk, at)
    assert desk.camera.captures == 1
    capture(desk)
    assert desk.screen is Screen.REVIEW
    assert facts(desk, PhotoTaken) == []
    desk.press("review.use")
    assert desk.screen is Screen.DONE
    photo = facts(desk, PhotoTaken)[0]
    assert (photo.attempts, photo.automatic, photo.override_reason, photo.practice) == (1, True, "", False)  # type: ignore[attr-defined]
    desk.press("done.done")
    assert facts(desk, Finished)[0].outcome is Outcome.DONE  # type: ignore[attr-defined]
    assert "A001" in desk.texts()
    desk.press("done.next")
    assert desk.screen is Screen.QUEUE
    assert desk.window.words.tr("desk.empty") in desk.texts()
    assert "Budi" not in desk.everything()


def test_one_advice_at_a_time_in_large_letters(desk: Rig) -> None:
    to_photo(desk)
    for at in (0.0, 0.2, 0.4, 1.6):
        live(desk, at, light="advice", eyes_open="advice")
    said = desk.find("photo.advice").text()  # type: ignore[attr-defined]
    assert said == desk.window.words.tr("cam.eyes")
    assert desk.camera.captures == 0


def test_by_hand_then_again_then_accepted(desk: Rig) -> None:
    to_photo(desk)
    for attempt in (1, 2):
        desk.press("photo.capture")
        capture(desk)
        assert desk.screen is Screen.REVIEW
        if attempt == 1:
            desk.press("review.retake")
            assert desk.screen is Screen.PHOTO
    desk.press("review.use")
    photo = facts(desk, PhotoTaken)[0]
    assert (photo.attempts, photo.automatic) == (2, False)  # type: ignore[attr-defined]


def test_after_three_tries_the_officer_helps_and_nothing_fires_by_itself(desk: Rig) -> None:
    to_photo(desk)
    for _ in range(3):
        desk.press("photo.capture")
        capture(desk, pose="advice")
        desk.press("review.retake")
    assert desk.window.words.tr("photo.help", n=3) in desk.texts()
    for at in (10.0, 11.0, 12.0):
        live(desk, at)
    assert desk.camera.captures == 3
    desk.press("photo.capture")
    assert desk.camera.captures == 4


def test_a_photo_with_advice_wants_a_reason(desk: Rig) -> None:
    to_photo(desk)
    desk.press("photo.capture")
    capture(desk, pose="advice")
    desk.press("review.use")
    assert facts(desk, PhotoTaken) == []
    desk.press("review.reason.override.medical")
    assert facts(desk, PhotoTaken)[0].override_reason == "override.medical"  # type: ignore[attr-defined]
    assert desk.screen is Screen.DONE


def test_a_capture_that_comes_too_late_is_nobodys(desk: Rig) -> None:
    to_photo(desk)
    capture(desk)
    assert desk.screen is Screen.PHOTO


def test_a_camera_that_gives_no_photo_can_be_asked_again(desk: Rig) -> None:
    to_photo(desk)
    desk.press("photo.capture")
    assert not desk.find("photo.capture").isEnabled()
    desk.window.controller.counter.studio._no_capture()
    assert desk.shown("notice")
    assert desk.find("photo.capture").isEnabled()


def test_a_camera_fault_is_named(desk: Rig) -> None:
    to_photo(desk)
    desk.bridge.cameraFault.emit("camera-black")
    desk.settle()
    assert desk.window.words.tr("err.camera-black") in desk.texts()
    assert desk.window.words.tr("err.camera-black.do") in desk.texts()


def test_missing_papers_end_the_visit_with_their_reason(desk: Rig) -> None:
    desk.press("queue.next")
    desk.press("documents.doc.ktp")
    desk.press("documents.incomplete")
    desk.press("documents.back")
    assert desk.find("documents.doc.ktp").isChecked()  # type: ignore[attr-defined]
    desk.press("documents.incomplete")
    desk.press("documents.incomplete")
    desk.press("documents.reason.incomplete.parent")
    assert desk.screen is Screen.DONE
    assert facts(desk, DocumentsChecked)[0].missing == ("doc.kk", "doc.birth")  # type: ignore[attr-defined]
    finished = facts(desk, Finished)[0]
    assert (finished.outcome, finished.reason) == (Outcome.INCOMPLETE, "incomplete.parent")  # type: ignore[attr-defined]


def test_a_number_can_be_called_again_missed_and_brought_back(desk: Rig) -> None:
    desk.press("queue.next")
    desk.press("documents.recall")
    assert [called.again for called in facts(desk, Called)] == [False, True]  # type: ignore[attr-defined]
    assert desk.window.words.tr("desk.recalled", q="A001") in desk.texts()
    desk.press("documents.miss")
    assert desk.screen is Screen.QUEUE
    assert len(facts(desk, Missed)) == 1
    desk.press("queue.back.A001")
    assert len(facts(desk, BroughtBack)) == 1
    desk.press("queue.row.A001")
    assert desk.screen is Screen.DOCUMENTS


def test_a_visit_is_resumed_where_it_stood(desk: Rig) -> None:
    to_photo(desk)
    desk.press("officer.queue")
    desk.press("officer.logout")
    assert facts(desk, LoggedOut)[0].reason == "button"  # type: ignore[attr-defined]
    desk.log_in()
    desk.press("queue.row.A001")
    assert desk.screen is Screen.DOCUMENTS
    assert len(facts(desk, Called)) == 1
    assert desk.find("documents.doc.kk").isChecked()  # type: ignore[attr-defined]
    assert not desk.shown("documents.recall")
    desk.press("documents.done")
    desk.press("photo.skip")
    assert desk.screen is Screen.DONE
    desk.press("done.referred")
    desk.press("done.reason.incomplete.data")
    assert facts(desk, Finished)[0].outcome is Outcome.REFERRED  # type: ignore[attr-defined]
    desk.press("done.queue")
    assert desk.screen is Screen.QUEUE


def test_a_number_that_was_missed_at_the_queue(desk: Rig) -> None:
    desk.press("queue.next")
    desk.press("officer.queue")
    desk.press("queue.miss.A001")
    visit = desk.journal.visits(desk.make_desk(desk.officers.log_in("1001", "246810")).today())[0]
    assert visit.state is VisitState.MISSED


def test_what_fails_at_the_desk_is_said_where_the_officer_is(desk: Rig) -> None:
    desk.press("queue.next")
    desk.journal.broken = KioskError("store-full", "The disk is full.", "Call the technician.")
    desk.press("documents.done")
    assert desk.screen is Screen.DOCUMENTS
    assert desk.window.words.tr("err.store-full") in desk.texts()
    desk.journal.broken = None
    desk.press("documents.done")
    assert desk.screen is Screen.PHOTO
    assert not desk.shown("notice")


def test_logging_out_works_even_where_it_cannot_be_recorded(desk: Rig) -> None:
    desk.journal.broken = KioskError("store-full", "The disk is full.", "Call the technician.")
    desk.press("officer.logout")
    assert desk.screen is Screen.ATTRACT
    assert desk.window.controller.counter.session is None


def test_badges_tell_what_matters(make_rig: MakeRig) -> None:
    rig = make_rig(profile=memory.FixedProfile(PROFILE))
    SCENES["queue"](rig)
    line = rig.find("queue.row.A001").accessibleName()
    words = rig.window.words
    assert words.tr("flag.umrah") in line
    assert words.tr("flag.unpaid") in line
    assert words.tr("lane.priority") in rig.find("queue.row.AP001").accessibleName()
    assert "Siti" not in rig.texts()


def test_the_sync_screen_says_how_things_stand(make_rig: MakeRig) -> None:
    rig = make_rig(key_warning="keys.file_warning")
    SCENES["sync"](rig)
    words, texts = rig.window.words, rig.texts()
    assert words.tr("sync.state.portal") in texts
    assert words.tr("keys.file_warning") in texts
    assert "17" in rig.find("sync.waiting").value  # type: ignore[attr-defined]
    rig.press("sync.now")
    assert rig.sync.wakes == 1
    rig.press("officer.queue")
    assert rig.screen is Screen.QUEUE

"""The bridge: work on one thread, answers on the other, nothing personal in between, nothing that piles up."""

import logging
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk_app.camera_link import CameraReports
from kiosk_app.errors import KioskError
from kiosk_app.ui.bridge import Bridge
from kiosk_app.ui.services import LiveView, PreviewImage

SECRET = "Budi Santoso 1671000000000042"


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    assert made.stop()


def wait_for(answers: list[object], count: int = 1) -> None:
    for _ in range(2000):
        if len(answers) >= count:
            return
        QTest.qWait(1)
    raise AssertionError(f"{len(answers)} of {count} answers came")


def refuse(_error: KioskError) -> None:
    raise AssertionError("this must not fail")


def frame(number: int) -> PreviewImage:
    return PreviewImage(memoryview(bytes([number] * 4)), 1, 1, 4)


def test_work_is_done_in_order_on_the_ledger_thread_and_told_on_the_main_one(bridge: Bridge) -> None:
    answers: list[object] = []
    main = threading.current_thread().name
    for number in range(5):
        bridge.run(
            lambda number=number: (number, threading.current_thread().name),
            lambda result: answers.append((*result, threading.current_thread().name)),
            refuse,
        )
    wait_for(answers, 5)
    assert answers == [(number, "ledger", main) for number in range(5)]


def test_a_known_fault_comes_back_as_it_is(bridge: Bridge) -> None:
    fault = KioskError("store-full", "The disk is full.", "Call the technician.")
    answers: list[object] = []

    def work() -> None:
        raise fault

    bridge.run(work, refuse, answers.append)  # type: ignore[arg-type]  # `refuse` takes whatever comes
    wait_for(answers)
    assert answers == [fault]


def test_an_unforeseen_fault_says_where_and_never_what(bridge: Bridge, caplog: pytest.LogCaptureFixture) -> None:
    answers: list[KioskError] = []

    def work() -> None:
        raise ValueError(SECRET)

    with caplog.at_level(logging.ERROR):
        bridge.run(work, lambda _result: None, answers.append)
        wait_for(answers)  # type: ignore[arg-type]
    assert answers[0].code == "unexpected"
    assert "ValueError at tests.ui.test_bridge" in str(answers[0])
    told = str(answers[0]) + caplog.text
    assert "Budi" not in told
    assert "1671" not in told


def test_the_thread_goes_on_after_a_fault(bridge: Bridge) -> None:
    answers: list[object] = []
    bridge.run(lambda: 1 // 0, answers.append, answers.append)
    bridge.run(lambda: "well", answers.append, refuse)
    wait_for(answers, 2)
    assert answers[1] == "well"


def test_call_waits_and_raises_what_happened(bridge: Bridge) -> None:
    assert bridge.call(lambda: threading.current_thread().name) == "ledger"
    with pytest.raises(ZeroDivisionError):
        bridge.call(lambda: 1 // 0)
    with pytest.raises(TimeoutError, match="of its own"):
        bridge.call(_raise_timeout)


def _raise_timeout() -> None:
    raise TimeoutError("of its own")


def test_call_gives_up_on_a_store_that_hangs(bridge: Bridge) -> None:
    release = threading.Event()
    with pytest.raises(KioskError, match="does not answer") as caught:
        bridge.call(release.wait, timeout=0.01)
    release.set()
    assert caught.value.code == "ledger-stuck"


def test_stop_finishes_the_work_and_tells_nobody(qapp: QApplication) -> None:
    bridge = Bridge()
    done: list[object] = []
    told: list[object] = []
    for number in range(3):
        bridge.run(lambda number=number: done.append(number), told.append, told.append)
    assert bridge.stop()
    QTest.qWait(5)
    assert done == [0, 1, 2]
    assert told == []


def test_stop_says_when_the_work_does_not_end(qapp: QApplication) -> None:
    bridge = Bridge()
    release = threading.Event()
    bridge.run(release.wait, lambda _result: None, refuse)
    assert not bridge.stop(deadline=0.01)
    release.set()
    assert bridge.stop()


def test_only_the_newest_preview_and_analysis_are_delivered(bridge: Bridge) -> None:
    frames: list[object] = []
    views: list[object] = []
    bridge.previewReady.connect(frames.append)
    bridge.liveSeen.connect(views.append)
    newest = frame(9)
    live = LiveView(1, {}, {}, True, 2.0)

    def camera() -> None:
        for number in range(9):
            bridge.offer_preview(frame(number))
        bridge.offer_live(LiveView(0, {}, {}, False, 1.0))
        bridge.offer_live(live)
        bridge.offer_preview(newest)

    thread = threading.Thread(target=camera)
    thread.start()
    thread.join()
    wait_for(views)
    QTest.qWait(5)
    assert frames == [newest]
    assert views == [live]
    bridge.offer_preview(frame(1))
    wait_for(frames, 2)
    assert len(frames) == 2


def test_signals_from_other_threads_arrive_on_the_main_one(bridge: Bridge) -> None:
    seen: list[object] = []

    def hear(codes: object) -> None:
        seen.append((codes, threading.current_thread() is threading.main_thread()))

    bridge.codesSeen.connect(hear)
    thread = threading.Thread(target=lambda: bridge.codesSeen.emit(("IMI1",)))
    thread.start()
    thread.join()
    wait_for(seen)
    assert len(seen) == 1
    assert seen[0] == (("IMI1",), True)


def test_a_capture_that_failed_is_told_apart_from_a_camera_at_fault(qtbot: QtBot, bridge: Bridge) -> None:
    reports = CameraReports(bridge, {})
    with qtbot.assertNotEmitted(bridge.cameraFault), qtbot.waitSignal(bridge.captureFailed) as failed:
        reports.fault("crop-outside")
    assert failed.args == ["crop-outside"]
    with qtbot.assertNotEmitted(bridge.captureFailed), qtbot.waitSignal(bridge.cameraFault) as fault:
        reports.fault("camera-frozen")
    assert fault.args == ["camera-frozen"]

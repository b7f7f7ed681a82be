"""The worker's parts alone: health, preview, motion gate, newest frame, fault board."""

import logging
import threading
import time

import numpy as np
import pytest

from kiosk_app.camera.frames import CameraFault, Image
from kiosk_app.camera.health import Health
from kiosk_app.camera.motion import MotionGate
from kiosk_app.camera.preview import LARGEST_SIDE_PX, Previews, PreviewSize
from kiosk_app.camera.sink import FaultBoard, GuardedSink, Origin
from kiosk_app.camera.slot import LatestFrame
from tests.camera.pictures import code, colour, hall, placed
from tests.camera.worker_rig import Listener


def noisy(seed: int, level: int = 100, spread: float = 3.0) -> Image:
    noise = np.random.default_rng(seed).normal(level, spread, (120, 160, 3))
    return np.clip(noise, 0, 255).astype(np.uint8)


def fault_at(frames: list[tuple[float, Image]], patience_s: float = 1.5) -> tuple[str, float] | None:
    health = Health(patience_s)
    for at, bgr in frames:
        try:
            health.check(bgr, at)
        except CameraFault as fault:
            return fault.code, at
    return None


def test_a_live_picture_is_healthy() -> None:
    health = Health(1.5)
    assert [health.check(noisy(step), step / 25) for step in range(4)] == [False, True, True, True]


def test_a_quiet_but_live_picture_is_healthy_for_ever() -> None:
    assert fault_at([(step / 5, noisy(step, spread=0.4)) for step in range(100)]) is None


@pytest.mark.parametrize("rate", [30, 5, 2])
def test_equal_frames_are_frozen_within_two_seconds(rate: int) -> None:
    still = noisy(1)
    frames = [(step / rate, noisy(step + 10)) for step in range(5)]
    last = frames[-1][0]
    frames += [(last + (step + 1) / rate, still.copy()) for step in range(5 * rate)]
    fault = fault_at(frames)
    assert fault is not None
    assert fault[0] == "camera-frozen"
    assert fault[1] - (last + 1 / rate) <= 2.0


def test_frames_that_differ_in_one_pixel_are_not_frozen() -> None:
    frames = []
    for step in range(100):
        frame = noisy(1)
        frame[5, 7] = step
        frames.append((step / 25, frame))
    assert fault_at(frames) is None


def test_a_short_repetition_is_forgiven() -> None:
    frames = [(step / 25, noisy(step // 25)) for step in range(200)]
    assert fault_at(frames) is None


@pytest.mark.parametrize("noise", [0.0, 4.0])
def test_black_frames_are_named_black_even_when_they_are_equal(noise: float) -> None:
    frames = [(step / 25, noisy(step if noise else 0, 2, noise)) for step in range(100)]
    fault = fault_at(frames)
    assert fault is not None
    assert fault[0] == "camera-black"
    assert fault[1] <= 2.0


def test_a_dim_room_is_not_black() -> None:
    frames = [(step / 25, noisy(step, 30, 6.0)) for step in range(100)]
    assert fault_at(frames) is None


def test_another_size_is_another_picture() -> None:
    assert fault_at([(step / 5, noisy(1)[: 100 + step % 2]) for step in range(50)]) is None


def quarters() -> Image:
    """Left upper red, right upper green, left lower blue, right lower white; 160 x 90."""
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[:45, :80], picture[:45, 80:] = (0, 0, 255), (0, 255, 0)
    picture[45:, :80], picture[45:, 80:] = (255, 0, 0), (255, 255, 255)
    return picture


@pytest.mark.parametrize("size", [(160, 90), (64, 36), (40, 90), (320, 50), (1548, 871), (1, 1), (37, 211)])
def test_a_preview_has_the_asked_size_and_is_opaque(size: tuple[int, int]) -> None:
    picture = quarters()
    before = picture.copy()
    made = Previews().make(picture, PreviewSize(*size, mirrored=True))
    assert made.shape == (size[1], size[0], 4)
    assert made.flags["C_CONTIGUOUS"]
    assert made.dtype == np.uint8
    assert (made[:, :, 3] == 255).all()
    assert (picture == before).all()
    assert not np.shares_memory(made, picture)


@pytest.mark.parametrize("size", [(160, 90), (32, 18), (400, 225), (50, 80), (300, 40)])
def test_a_preview_covers_from_the_middle(size: tuple[int, int]) -> None:
    made = Previews().make(quarters(), PreviewSize(*size, mirrored=False))
    corners = [made[0, 0], made[0, -1], made[-1, 0], made[-1, -1]]
    assert [tuple(int(part) for part in corner) for corner in corners] == [
        (0, 0, 255, 255), (0, 255, 0, 255), (255, 0, 0, 255), (255, 255, 255, 255),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [(160, 90), (32, 18), (400, 225), (50, 80)])
def test_a_mirrored_preview_is_the_same_picture_turned_over(size: tuple[int, int]) -> None:
    plain = Previews().make(quarters(), PreviewSize(*size, mirrored=False)).astype(int)
    mirrored = Previews().make(quarters(), PreviewSize(*size, mirrored=True)).astype(int)
    assert np.abs(plain[:, ::-1] - mirrored).max() <= 1


@pytest.mark.parametrize("size", [(0, 5), (-1, 5), (5, LARGEST_SIDE_PX + 1)])
def test_impossible_previews_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="sides from 1 to"):
        PreviewSize(*size, mirrored=False)


def test_an_empty_hall_keeps_the_gate_mostly_shut() -> None:
    gate = MotionGate()
    random, room = np.random.default_rng(2), hall()
    frames = (room + random.integers(0, 6, room.shape, dtype=np.uint8) for _ in range(100))
    opened = [gate.opens(frame, step / 5) for step, frame in enumerate(frames)]
    assert all(opened[:15])  # whoever may already stand there is looked at
    assert 10 <= sum(opened[20:]) <= 20  # once a second, of five a second


def test_a_code_held_up_opens_the_gate_at_once_and_keeps_it_open() -> None:
    gate = MotionGate()
    empty, held = hall(), placed(code("IMI1", 4), (300, 500), hall())
    for step in range(100):
        gate.opens(empty, step / 5)
    assert not gate.lively(20)
    assert all(gate.opens(held, 20 + step / 5) for step in range(15))
    assert gate.lively(22.9)
    assert not gate.lively(23.1)


def test_the_newest_frame_wins() -> None:
    slot = LatestFrame()
    assert slot.last_at is None
    first = slot.put(noisy(1))
    second = slot.put(noisy(2))
    assert slot.newer(0, 0.0, 0.0) is second
    assert slot.newer(first.number, 0.0, 0.0) is second
    assert slot.newer(second.number, 0.0, 0.0) is None
    assert slot.last_at == second.at


def test_a_frame_is_not_given_before_its_time() -> None:
    slot = LatestFrame()
    slot.put(noisy(1))
    due = time.monotonic() + 0.05
    assert slot.newer(0, due, 5.0) is not None
    assert time.monotonic() >= due


def test_a_waiting_reader_gets_the_next_frame_or_is_woken() -> None:
    slot = LatestFrame()
    got: list[object] = []
    for act in (lambda: slot.put(noisy(1)), slot.wake):
        waiting = threading.Thread(target=lambda: got.append(slot.newer(len(got), 0.0, 30.0)))
        waiting.start()
        act()
        waiting.join(10)
        assert not waiting.is_alive()
    assert got[0] is not None
    assert got[1] is None


def test_the_board_tells_changes_only() -> None:
    listener = Listener()
    board = FaultBoard(listener)
    board.clear(Origin.CAMERA)
    board.report(Origin.CAMERA, "camera-missing", "")
    board.report(Origin.CAMERA, "camera-missing", "")
    board.report_unless_known(Origin.CAMERA, "camera-frozen", "")
    board.report(Origin.ANALYSIS, "camera-analysis", "")
    board.clear(Origin.CAMERA)
    board.clear(Origin.ANALYSIS)
    board.clear(Origin.ANALYSIS)
    assert listener.faults == ["camera-missing", "camera-analysis", "camera-analysis", "recovered"]


def test_a_listener_that_throws_is_counted_and_logged_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Listener):
        def codes(self, contents: tuple[str, ...]) -> None:
            raise RuntimeError(f"no room for {contents}")

    sink = GuardedSink(Broken())
    for _ in range(9):
        sink.codes(("RAHASIA",))
    assert sink.failures.counts == {"RuntimeError": 9}
    said = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.__dict__["fields"]["count"] for record in said] == [1, 2, 4, 8]
    assert "RAHASIA" not in str([record.__dict__ for record in said])


def test_colour_pictures_of_the_tests_are_colour() -> None:
    assert colour(hall(64, 48)).shape == (48, 64, 3)

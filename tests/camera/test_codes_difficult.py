"""What plain decoding does not read and the reader does, and how it goes about it."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
import zxingcpp

from kiosk_app.camera import codes
from kiosk_app.camera.code_decode import LOCAL, decode
from kiosk_app.camera.code_motion import smear, unmoved
from kiosk_app.camera.code_places import Place, joined, textured
from kiosk_app.camera.code_rescue import Attempt, Job, Rescue, jobs
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Image
from tests.camera.code_faults import MIDDLE, bare, beyond_the_edge, blurred, moved, tiny
from tests.camera.pictures import SIGNED_TEXT, code, hall, placed


def bare_inverted() -> Image:
    return bare(inverted=True)


def moved_far() -> Image:
    return moved(14)


@pytest.mark.parametrize("difficult", [blurred, tiny, bare, bare_inverted, moved_far])
def test_one_frame_is_enough(difficult: Callable[[], Image]) -> None:
    picture = difficult()
    assert [seen.text for seen in decode(picture) if seen.text] == [], "this would be read anyway"
    assert CodeReader().read(picture) == [SIGNED_TEXT]


@pytest.mark.parametrize("angle_deg", [0, 30, 77, 90, 145])
@pytest.mark.parametrize("length_px", [8, 11, 15])
def test_a_smear_is_measured_and_taken_out(angle_deg: float, length_px: int) -> None:
    cut = Place(520, 240, 780, 500).cut(moved(length_px, angle_deg))
    measured = smear(cut)
    assert measured is not None
    assert measured.length == pytest.approx(length_px, abs=1.5)
    still = unmoved(cut)
    assert still is not None
    assert still.shape == cut.shape
    assert [seen.text for seen in decode(still)] == [SIGNED_TEXT]


def test_what_has_not_moved_is_left_alone() -> None:
    picture = placed(code(SIGNED_TEXT, 5), MIDDLE, hall(), 20)
    assert unmoved(Place(520, 240, 780, 500).cut(picture)) is None
    assert unmoved(np.zeros((20, 20), np.uint8)) is None


def test_the_place_of_a_code_is_found_without_reading_it() -> None:
    for centre in ((200, 200), (640, 360), (1000, 500)):
        place = textured(placed(code(SIGNED_TEXT, 4), centre, hall(), 30))[0]
        assert place.left < centre[0] < place.right
        assert place.top < centre[1] < place.bottom
        assert 150 < place.side < 300


def test_stripes_edges_and_noise_are_no_place() -> None:
    blind = hall()
    blind[100:400, 300:900] = np.where(np.arange(600) // 9 % 2, 220, 40)
    assert textured(blind) == []
    slanting = np.asarray(cv2.warpAffine(blind, cv2.getRotationMatrix2D((600, 250), 45, 1.0), (1280, 720)), np.uint8)
    assert [place for place in textured(slanting) if place.meets(Place(550, 200, 650, 300))] == []
    assert textured(np.zeros((30, 30), np.uint8)) == []


def test_places_that_meet_become_one() -> None:
    part, whole, other = Place(10, 10, 30, 30), Place(12, 12, 100, 100), Place(200, 10, 260, 70)
    assert joined([part, other, whole]) == [Place(10, 10, 100, 100), other]
    bridge = Place(0, 0, 300, 110)
    assert joined([part, other, bridge]) == [bridge]
    assert joined([]) == []


def test_what_a_frame_could_not_afford_comes_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code under a thumb: no frame gets every attempt, all of them come before one is repeated, and once the thumb is
    away the first frame reads."""
    frames: list[list[Job]] = []

    def counted(place: Place, attempt: Attempt) -> Job:
        def tried(cut: Image) -> tuple[Image, zxingcpp.Binarizer] | None:
            frames[-1].append((place, attempt))
            return attempt(cut)

        return place, tried

    def counted_jobs(found: Sequence[Place], alike: Sequence[Place]) -> list[Job]:
        todo.append(jobs(found, alike))
        frames.append([])
        return [counted(*job) for job in todo[-1]]

    todo: list[list[Job]] = []
    monkeypatch.setattr(codes, "jobs", counted_jobs)
    whole = placed(code(SIGNED_TEXT, 7), MIDDLE, hall(), 5)
    covered = whole.copy()
    cv2.circle(covered, (660, 390), 100, 128, -1)
    reader = CodeReader()
    assert [reader.read(covered) for _ in range(6)] == [[]] * 6
    assert len(frames) == 6
    assert len({tuple(each) for each in todo}) == 1, "each frame shows the same"
    assert max(map(len, frames)) < len(todo[0])
    assert [job for frame in frames for job in frame][: len(todo[0])] == todo[0]
    assert reader.read(whole) == [SIGNED_TEXT]


@pytest.mark.parametrize(("found_one", "affordable"), [(False, 2), (True, 4)])
def test_a_frame_affords_so_many_pixels(found_one: bool, affordable: int) -> None:
    """It goes on until 1.5 megapixels were prepared and decoded, or 3 where the decoder itself has found a code."""
    tried: list[int] = []

    def attempt(number: int) -> Attempt:
        def blank(_cut: Image) -> tuple[Image, zxingcpp.Binarizer]:
            tried.append(number)
            return np.full((1000, 1000), 128, np.uint8), LOCAL

        return blank

    rescue, todo = Rescue(), [(Place(520, 240, 780, 500), attempt(number)) for number in range(7)]
    for frame in range(1, 4):
        assert rescue.run(hall(), todo, found_one=found_one) == ([], None)
        assert tried == [number % 7 for number in range(frame * affordable)]


def test_a_code_that_the_edge_cuts_is_not_invented() -> None:
    reader = CodeReader()
    assert [reader.read(beyond_the_edge()) for _ in range(4)] == [[]] * 4


def test_guessed_corners_outside_the_frame_are_no_place_outside_it() -> None:
    frame = hall()
    guessed = np.array([(-50, -20), (300, 40), (5000, 900), (100, 400)], np.float32)
    assert Place.around(guessed, frame) == Place(0, 0, 1280, 720)
    beside = Place.around(guessed - 9000, frame)
    assert (beside.shorter_side, beside.cut(frame).size) == (1, 1)

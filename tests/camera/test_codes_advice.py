"""Advice for a code that is seen and not read: for the right fault, steady, and never without a code."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from kiosk_app.camera.code_advice import Adviser, CodeAdvice
from kiosk_app.camera.code_finders import finders
from kiosk_app.camera.code_places import Place
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.stage import Stage
from tests.camera.code_faults import MIDDLE, beyond_the_edge, blurred, faint, glaring, slanted, tiny
from tests.camera.pictures import SHARED_DATA, SIGNED_TEXT, code, hall, placed

FALSE_POSITIVES = SHARED_DATA / "qr_photos"


def tiniest() -> Image:
    return tiny(1.1)


def soft() -> Image:
    return blurred(2.1)


FAULTS = [
    (tiniest, CodeAdvice.CLOSER),
    (beyond_the_edge, CodeAdvice.BACK),
    (soft, CodeAdvice.STILL),
    (faint, CodeAdvice.BRIGHT),
    (glaring, CodeAdvice.TILT),
    (slanted, CodeAdvice.TILT),
]


def shown(reader: CodeReader, picture: Image, since: float, until: float) -> list[CodeAdvice | None]:
    """The advice after each frame of ten a second, from `since` up to and with `until`."""
    advices = []
    for step in range(round((until - since) * 10) + 1):
        assert reader.read(picture, since + step / 10) == []
        advices.append(reader.advice)
    return advices


@pytest.mark.parametrize(("fault", "advice"), FAULTS)
def test_the_fault_is_named_after_a_second(fault: Callable[[], Image], advice: CodeAdvice) -> None:
    advices = shown(CodeReader(), fault(), 100.0, 101.5)
    assert advices[:10] == [None] * 10
    assert set(advices[11:]) == {advice}


def test_without_times_ten_frames_are_a_second() -> None:
    reader = CodeReader()
    advices = [(reader.read(tiniest()), reader.advice)[1] for _ in range(14)]
    assert advices[:9] == [None] * 9
    assert advices[-1] is CodeAdvice.CLOSER


def test_it_ends_when_the_code_is_read() -> None:
    reader = CodeReader()
    assert shown(reader, tiniest(), 0.0, 1.3)[-1] is CodeAdvice.CLOSER
    assert reader.read(placed(code(SIGNED_TEXT), MIDDLE, hall()), 1.4) == [SIGNED_TEXT]
    assert reader.advice is None
    assert set(shown(reader, tiniest(), 1.5, 2.3)) == {None}, "the second begins anew"


def test_it_ends_half_a_second_after_the_code_went() -> None:
    reader = CodeReader()
    assert shown(reader, tiniest(), 0.0, 1.3)[-1] is CodeAdvice.CLOSER
    after = shown(reader, hall(), 1.4, 2.0)
    assert after[:4] == [CodeAdvice.CLOSER] * 4
    assert after[-1] is None


def test_frames_that_fail_now_and_then_do_not_begin_the_second_anew() -> None:
    reader = CodeReader()
    for step in range(12):
        reader.read(hall() if step % 3 == 2 else tiniest(), step / 10)
    reader.read(tiniest(), 1.2)
    assert reader.advice is CodeAdvice.CLOSER


def test_a_single_frame_of_another_fault_changes_nothing() -> None:
    adviser = Adviser()
    said = []
    for step in range(40):
        adviser.unread(step / 10, CodeAdvice.TILT if step in (15, 22, 23) else CodeAdvice.STILL)
        said.append(adviser.advice)
    assert set(said[11:]) == {CodeAdvice.STILL}
    for step in range(40, 60):
        adviser.unread(step / 10, CodeAdvice.TILT)
    assert adviser.advice is CodeAdvice.TILT


def test_a_code_in_order_brings_no_advice() -> None:
    """Covered by a thumb: nothing that is measured is wrong."""
    picture = placed(code(SIGNED_TEXT, 5), MIDDLE, hall(), 5)
    cv2.ellipse(picture, (655, 385), (60, 45), 20, 0, 360, 140, -1)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8), np.uint8)  # as sharp as a lens can be
    assert set(shown(CodeReader(), picture, 0.0, 1.5)) == {None}


def test_corner_patterns_are_found_and_measured() -> None:
    for module_px in (3, 5, 8):
        picture = placed(code(SIGNED_TEXT, module_px), MIDDLE, hall(), 25)
        reach = 35 * module_px
        cut = Place(640 - reach, 360 - reach, 640 + reach, 360 + reach).cut(picture)
        assert finders(cut) == pytest.approx([module_px] * 3, rel=0.12)
    assert finders(255 - code(SIGNED_TEXT, 5)[20:-20, 20:-20]) == []
    assert finders(hall()) == []


def test_never_where_there_is_no_code() -> None:
    writing = hall(seed=4)
    for row in range(8):
        cv2.putText(writing, "BOQDO 0123 PASPOR", (300, 100 + 60 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 20, 4)
    cloth = hall(seed=5)
    weave = np.random.default_rng(6).integers(0, 2, (40, 40)).astype(np.uint8) * 150 + 50
    cloth[100:420, 200:520] = np.kron(weave, np.ones((8, 8), np.uint8))
    for picture in (writing, cloth, *(hall(seed=seed) for seed in range(4))):
        assert set(shown(CodeReader(), picture, 0.0, 1.4)) == {None}


def test_never_for_people() -> None:
    stage = Stage()
    camera = PracticeCamera(stage, fps=0)
    camera.open()
    for seed in range(3):
        stage.clear()
        if seed:
            stage.sit(Person.random(seed))
        reader = CodeReader()
        for step in range(14):
            gray = np.asarray(cv2.cvtColor(camera.read(), cv2.COLOR_BGR2GRAY), np.uint8)
            assert reader.read(gray, step / 10) == []
            assert reader.advice is None
    camera.close()


def test_never_on_real_photos_without_a_code() -> None:
    if not FALSE_POSITIVES.is_dir():
        pytest.skip("the shared photos are not here")
    pictures = [cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) for file in sorted(FALSE_POSITIVES.glob("falsepos*/*"))]
    assert len(pictures) >= 44
    for picture in pictures:
        if picture is not None:
            assert set(shown(CodeReader(), np.asarray(picture, np.uint8), 0.0, 1.2)) == {None}

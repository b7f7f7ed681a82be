"""The live picture, its guides, codes and photos: what is painted is what was given."""

import sys
from collections.abc import Callable

import pytest
import qrcode
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from kiosk_app.ui.kit import CameraPreview, Guide, GuideState, PhotoView, QrImage
from kiosk_app.ui.kit.guides import code_area, head_area
from kiosk_app.ui.theme import Look

from .conftest import colours_in

Stage = Callable[..., QWidget]


def frame(width: int, height: int, bgra: tuple[int, int, int, int]) -> bytes:
    """A picture of one colour."""
    return bytes(bgra) * (width * height)


def test_a_frame_of_its_size_is_painted_one_to_one(look: Look, stage: Stage) -> None:
    preview = CameraPreview(look)
    stage(preview, 320, 240)
    pixels = bytearray(frame(320, 240, (200, 100, 50, 255)))
    at = 4 * (120 * 320 + 160)
    pixels[at : at + 4] = bytes((1, 2, 3, 255))
    preview.set_frame(memoryview(pixels), 320, 240, 4 * 320)
    shown = preview.grab().toImage()
    assert shown.pixelColor(160, 120).getRgb()[:3] == (3, 2, 1)
    assert shown.pixelColor(161, 120).getRgb()[:3] == (50, 100, 200)
    assert shown.pixelColor(0, 0) == look.colour("background")


def test_a_padded_frame_of_another_size_is_shown_whole(look: Look, stage: Stage) -> None:
    preview = CameraPreview(look)
    stage(preview, 320, 240)
    preview.set_frame(frame(110, 50, (0, 0, 255, 255)), 100, 50, 440)
    shown = preview.grab().toImage()
    assert shown.pixelColor(160, 120).getRgb()[:3] == (255, 0, 0)
    assert shown.pixelColor(160, 20) == look.colour("camera")


@pytest.mark.parametrize(
    ("width", "height", "stride"), [(320, 241, 1280), (320, 240, 1276), (0, 0, 0), (-1, 240, 1280)]
)
def test_a_frame_that_is_not_in_its_buffer_is_refused(look: Look, width: int, height: int, stride: int) -> None:
    preview = CameraPreview(look)
    with pytest.raises(ValueError, match="a frame of"):
        preview.set_frame(frame(320, 240, (0, 0, 0, 255)), width, height, stride)
    assert not preview.has_frame


def test_the_buffer_is_kept_while_painted_and_let_go_after(look: Look, stage: Stage) -> None:
    preview = CameraPreview(look)
    stage(preview, 320, 240)
    pixels = frame(320, 240, (9, 9, 9, 255))
    before = sys.getrefcount(pixels)
    preview.set_frame(pixels, 320, 240, 1280)
    assert sys.getrefcount(pixels) > before
    preview.hide()
    assert not preview.has_frame
    assert sys.getrefcount(pixels) == before


def test_frames_are_asked_for_in_the_size_shown_and_not_while_hidden(
    look: Look, stage: Stage, qapp: QApplication
) -> None:
    preview = CameraPreview(look)
    heard: list[tuple[int, int]] = []
    preview.frameSizeWanted.connect(lambda width, height: heard.append((width, height)))
    preview.resize(50, 50)
    assert heard == []
    stage(preview, 320, 240)
    preview.resize(400, 300)
    preview.hide()
    assert heard[0] == (320, 240)
    assert heard[-2:] == [(400, 300), (0, 0)]


def test_without_a_frame_the_message_is_shown_and_spoken(look: Look, stage: Stage) -> None:
    preview = CameraPreview(look, Guide.HEAD, icon="camera")
    stage(preview, 400, 300)
    before = preview.grab().toImage()
    preview.set_message("Kamera belum siap")
    assert preview.grab().toImage() != before
    assert preview.accessibleName() == "Kamera belum siap"


@pytest.mark.parametrize("guide", [Guide.HEAD, Guide.CODE])
@pytest.mark.parametrize("state", list(GuideState))
def test_guides_have_the_colour_of_their_state(look: Look, stage: Stage, guide: Guide, state: GuideState) -> None:
    preview = CameraPreview(look)
    stage(preview, 900, 600)
    preview.set_frame(frame(900, 600, (90, 90, 90, 255)), 900, 600, 3600)
    plain = preview.grab().toImage()
    preview.set_guide(guide, state)
    shown = preview.grab().toImage()
    assert getattr(look.tokens.colours, state) in colours_in(shown)
    assert shown.pixelColor(450, 300) == plain.pixelColor(450, 300)
    assert shown.pixelColor(40, 40).lightness() < plain.pixelColor(40, 40).lightness()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (700, 900), (320, 240)])
def test_guides_lie_inside_the_picture(width: int, height: int) -> None:
    for area in (head_area(width, height), code_area(width, height)):
        assert area.left() >= 0
        assert area.top() >= 0
        assert area.right() <= width
        assert area.bottom() <= height


def test_a_code_is_painted_so_that_its_modules_can_be_read(look: Look, stage: Stage) -> None:
    code = qrcode.QRCode(border=0)
    code.add_data("A-017")
    code.make()
    modules = code.get_matrix()
    image = QrImage(look, "Tiket")
    image.set_modules(modules)
    side = image.sizeHint().width()
    assert side <= look.tokens.sizes.qr
    pixel = side // (len(modules) + 8)
    stage(image, side, side)
    shown = image.grab().toImage()
    read = [
        [
            shown.pixelColor(round((x + 4.5) * pixel), round((y + 4.5) * pixel)).lightness() < 128
            for x in range(len(modules))
        ]
        for y in range(len(modules))
    ]
    assert read == modules
    assert shown.pixelColor(2 * pixel, 2 * pixel).lightness() == 255


def test_a_code_that_is_not_square_is_refused(look: Look) -> None:
    with pytest.raises(ValueError, match="square"):
        QrImage(look).set_modules([[True, False]])


def jpeg(size: QSize) -> bytes:
    """A JPEG of one colour."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(0xFF2040A0)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")
    return bytes(buffer.data().data())


def test_a_photo_is_shown_whole_and_forgotten(look: Look, stage: Stage) -> None:
    view = PhotoView(look, "Foto")
    window = stage(view, 600, 450)
    view.set_photo(jpeg(QSize(413, 531)))
    shown = window.grab().toImage()
    assert shown.pixelColor(300, 225).blue() > 130
    assert shown.pixelColor(20, 225) == look.colour("background")
    view.clear_photo()
    assert not view.has_photo
    assert view.grab().toImage().pixelColor(300, 225) == look.colour("surface_sunken")


def test_what_is_no_photo_is_refused(look: Look) -> None:
    with pytest.raises(ValueError, match="not a photo"):
        PhotoView(look).set_photo(b"<html>")

"""The widget kit: everything the screens are built from. Screens use these and layouts, no Qt widget of their own."""

from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.button import Button, Kind
from kiosk_app.ui.kit.camera_preview import CameraPreview
from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.check_row import CheckRow
from kiosk_app.ui.kit.chip import Chip
from kiosk_app.ui.kit.code_field import CodeField
from kiosk_app.ui.kit.countdown import Countdown
from kiosk_app.ui.kit.guides import Guide, GuideState
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.info_row import InfoRow
from kiosk_app.ui.kit.keypad import Keypad, KeySet
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.kit.language_bar import LanguageBar
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.kit.photo_view import PhotoView
from kiosk_app.ui.kit.pin_pad import PinPad
from kiosk_app.ui.kit.qr_image import QrImage
from kiosk_app.ui.kit.scroll import ScrollColumn
from kiosk_app.ui.kit.status_bar import LinkState, StatusBar
from kiosk_app.ui.kit.steps import StepIndicator
from kiosk_app.ui.kit.tile import TileButton
from kiosk_app.ui.theme.tokens import Role, Tone

__all__ = [
    "Banner",
    "Button",
    "CameraPreview",
    "Card",
    "CheckRow",
    "Chip",
    "CodeField",
    "Column",
    "Countdown",
    "Guide",
    "GuideState",
    "IconView",
    "InfoRow",
    "KeySet",
    "Keypad",
    "Kind",
    "Label",
    "LanguageBar",
    "LinkState",
    "Mood",
    "PhotoView",
    "PinPad",
    "QrImage",
    "Role",
    "Row",
    "ScrollColumn",
    "StatusBar",
    "StepIndicator",
    "TileButton",
    "Tone",
]

"""From a fault's code to words for the person in front of the screen."""

from kiosk_app.errors import KioskError
from kiosk_app.ui.i18n import Translator

GENERAL = "err.general"


def key_of(error: KioskError, translator: Translator) -> str:
    """The catalogue key for a fault: `err.<code>` where there is one, else the general kind words."""
    key = "err." + error.code.replace("-", "_")
    return key if translator.has(key) else GENERAL


def camera_key_of(code: str, translator: Translator) -> str:
    """The catalogue key for a camera's fault ("camera-frozen"): `cam.fault.<what>`, else the general one for cameras."""
    key = "cam.fault." + code.removeprefix("camera-").replace("-", "_")
    return key if translator.has(key) else "cam.error"

"""Every screen on every display in every language: nothing clipped, small or over anything else; all words follow; all has a name."""

import json

import pytest
from PySide6.QtWidgets import QAbstractButton

from kiosk_app.ui.i18n import LANGUAGES
from kiosk_app.ui.kit.check_row import CheckRow
from kiosk_app.ui.kit.keypad import Keypad
from kiosk_app.ui.kit.pressable import Pressable
from kiosk_app.ui.theme import Metrics
from tests import memory
from tests.shots.scenes import ONLINE, PROFILE, SCENES
from tests.ui.conftest import ASSETS
from tests.ui.geometry import faults, settle
from tests.ui.rig import MakeRig, Rig

DISPLAYS = {"kiosk": Metrics(1920, 1080), "portrait": Metrics(1080, 1920), "laptop": Metrics(1366, 768, 0.2528)}


def translations() -> dict[str, set[str]]:
    """Indonesian text -> its texts in the other languages. Names of the office come from the profile and stay as they are."""
    texts = {lang: json.loads((ASSETS / "i18n" / f"{lang}.json").read_text(encoding="utf-8")) for lang in LANGUAGES}
    found: dict[str, set[str]] = {}
    for key, text in texts["id"].items():
        if not key.startswith(("lang.", "idle.org", "org.")) and "{" not in text:
            found.setdefault(text, set()).update(texts[other][key] for other in ("en", "zh"))
    return found


TRANSLATIONS = translations()


def untranslated(rig: Rig) -> list[str]:
    """Indonesian texts that are still there while the language is another one."""
    lines = {line for line in rig.texts().splitlines() if line in TRANSLATIONS}
    return sorted(line for line in lines if line not in TRANSLATIONS[line])


def nameless(rig: Rig) -> list[str]:
    """What can be pressed and has no object name of its own, or none for assistive technology."""
    buttons = [button for button in rig.window.findChildren(QAbstractButton) if button.isVisible()]
    keys = {key for pad in rig.window.findChildren(Keypad) for key in pad.findChildren(QAbstractButton)}
    names = [button.objectName() for button in buttons if button.objectName()]
    found = [f"{name} is there twice" for name in names if names.count(name) > 1]
    found += [
        f"{button.text()} has no object name" for button in buttons if not button.objectName() and button not in keys
    ]
    found += [f"{button.objectName()} has no accessible name" for button in buttons if not button.accessibleName()]
    return found + [f"{b.objectName()} is not of the kit" for b in buttons if not isinstance(b, Pressable | CheckRow)]


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("scene", SCENES)
def test_screen(scene: str, display: str, make_rig: MakeRig) -> None:
    rules = memory.FixedProfile(PROFILE)
    rig = make_rig(profile=rules, metrics=DISPLAYS[display], practice=True, key_warning="keys.file_warning")
    rig.bridge.syncChanged.emit(ONLINE)
    rig.settle()
    SCENES[scene](rig)
    rig.window._show_clock()  # it shows the scene's time at its next second only
    first = set(rig.texts().splitlines())
    assert first & set(TRANSLATIONS), "this screen has no text of the catalogue"
    found = nameless(rig)
    for language in LANGUAGES:
        rig.window.words.set_language(language)
        settle(rig.window)
        found += [f"{language}: {fault}" for fault in faults(rig.window, rig.window.look)]
        if language != "id":
            found += [f"{language}: still says {line!r}" for line in untranslated(rig)]
    assert not found, "\n".join(found)
    rig.window.words.set_language("id")
    settle(rig.window)
    assert set(rig.texts().splitlines()) == first

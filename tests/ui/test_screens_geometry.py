"""Every screen on every display in every language: nothing clipped, nothing small, nothing over anything else."""

from collections.abc import Callable

import pytest

from kiosk_app.ui.i18n import LANGUAGES
from kiosk_app.ui.theme import Metrics
from tests import memory
from tests.shots.scenes import ONLINE, PROFILE, SCENES
from tests.ui.geometry import faults, settle
from tests.ui.rig import Rig

DISPLAYS = {"kiosk": Metrics(1920, 1080), "portrait": Metrics(1080, 1920), "laptop": Metrics(1366, 768, 0.2528)}


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("scene", SCENES)
def test_screen_fits(scene: str, display: str, make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(
        profile=memory.FixedProfile(PROFILE), metrics=DISPLAYS[display], practice=True, key_warning="keys.file_warning"
    )
    rig.bridge.syncChanged.emit(ONLINE)
    rig.settle()
    SCENES[scene](rig)
    found = []
    for language in LANGUAGES:
        rig.window.words.set_language(language)
        settle(rig.window)
        found += [f"{language}: {fault}" for fault in faults(rig.window, rig.window.look)]
    assert not found, "\n".join(found)

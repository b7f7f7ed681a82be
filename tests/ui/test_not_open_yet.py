"""Who comes before an officer has opened the bookings is told so kindly, and nothing is recorded."""

from datetime import datetime

import pytest

from kiosk_app.booth.flow import Screen
from kiosk_app.store.tiers import roster_closed
from tests import memory
from tests.ui.rig import Rig


class ShutRoster(memory.MemoryRoster):
    """As `store.tiered_roster.TieredRoster` before the first log-in."""

    def read_at(self) -> datetime | None:
        raise roster_closed()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "not open yet"), ("id", "belum dibuka"), ("zh", "\u5c1a\u672a\u5f00\u653e")]
)
def test_a_code_before_the_shift_is_answered_kindly(rig: Rig, language: str, words: str) -> None:
    rig.roster.__class__ = ShutRoster
    rig.see(rig.roster.bookings[0].number)
    assert rig.screen.name == "TROUBLE"
    rig.window.screens.trouble.context.words.set_language(language)
    assert words in rig.texts()
    assert "roster-closed" not in rig.texts(), "it is not a fault"
    assert rig.journal.records == []
    rig.press("trouble.done")
    assert rig.screen is Screen.ATTRACT

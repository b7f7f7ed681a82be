import json
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import decode, encode
from kiosk_app.booth.profile import Admission, Profile, QueueRules, ScreenRules
from tests.memory import profile


def test_a_profile_survives_its_json() -> None:
    assert decode(Profile, json.loads(canonical_bytes(encode(profile())))) == profile()


def test_looking_things_up() -> None:
    rules = profile()
    assert rules.zone == ZoneInfo("Asia/Jakarta")
    assert rules.service("new") is rules.service_by_code(1) is rules.services[0]
    assert rules.place_by_id("icon") is rules.place_by_code(2) is rules.places[1]
    assert rules.service("x") is rules.service_by_code(9) is rules.place_by_id("x") is rules.place_by_code(9) is None


@given(st.sampled_from(["early_minutes", "late_minutes", "roster_fresh_hours", "daily_capacity", "priority_quota"]))
def test_windows_and_quotas_are_not_negative(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        replace(Admission(0, 0, 0, 0, 0), **{name: -1})  # type: ignore[arg-type]


def test_bounds() -> None:
    for broken in ((0, 1, 1), (1, 0, 1), (1, 1, 0)):
        with pytest.raises(ValueError, match="positive"):
            QueueRules(*broken)
    with pytest.raises(ValueError, match="at least 20"):
        ScreenRules(warning_seconds=10)
    with pytest.raises(ValueError, match="one of places"):
        profile(place="nowhere")
    for hours in (-1, 8761):
        with pytest.raises(ValueError, match="retention_hours"):
            profile(retention_hours=hours)
    for zone in ("Asia/Palembang", "../passwd", ""):
        with pytest.raises(ValueError, match="timezone"):
            profile(timezone=zone)
    for name in ("places", "services", "areas"):
        with pytest.raises(ValueError, match=f"two of {name}"):
            profile(**{name: getattr(profile(), name) * 2})
    assert profile().day_of(datetime(2025, 1, 24, 17, 30, tzinfo=UTC)) == date(2025, 1, 25)

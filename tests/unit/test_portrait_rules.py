"""The portrait rules: each gate from both sides, what cannot be told, one calm advice, and the moment of the photo."""

import dataclasses
from collections.abc import Mapping

import pytest

from kiosk_app.booth.codec import DecodeError
from kiosk_app.booth.portrait_rules import (
    RULES,
    AdviceChooser,
    HoldTimer,
    PortraitProfile,
    acceptable,
    judge,
)

PROFILE = PortraitProfile()
GOOD = {
    "faces": 1.0,
    "off_centre": 0.0,
    "crop_overhang": 0.0,
    "crop_share": 0.8,
    "inter_eye_px": 120.0,
    "yaw_deg": 0.0,
    "pitch_deg": 4.0,
    "roll_deg": 0.0,
    "eyes_open": 0.08,
    "mouth_open": 0.005,
    "jaw_open": 0.0,
    "smile": 0.1,
    "dark_glasses": 0.8,
    "glasses": 0.5,
    "frame_l": 93.0,
    "clipped": 0.0,
    "over_exposed": 0.0,
    "left_right": 0.9,
    "sharpness": 0.003,
    "background_l": 93.0,
    "background_spread": 1.0,
    "background_chroma": 1.0,
    "background_marks": 1.0,
    "lower_face_colour": 5.0,
    "forehead_colour": 5.0,
}
REQUIRED = {
    *("single_face", "centred", "size", "pose", "sharpness", "light", "background", "eyes_open", "mouth_closed"),
    *("expression", "dark_glasses", "glasses"),
}


def changed(**values: float) -> dict[str, float]:
    return GOOD | values


def without(*names: str) -> dict[str, float]:
    return {name: value for name, value in GOOD.items() if name not in names}


def said(measurements: Mapping[str, float], profile: PortraitProfile = PROFILE) -> str | None:
    """What is said at once."""
    chooser = AdviceChooser(profile, settle_s=0, dwell_s=0)
    return chooser.update(judge(measurements, profile), measurements, 0.0)


def test_a_good_portrait_passes_every_rule() -> None:
    verdicts = judge(GOOD, PROFILE)
    assert REQUIRED <= set(verdicts) == set(RULES)
    assert set(verdicts.values()) == {"pass"}
    assert acceptable(verdicts)
    assert said(GOOD) is None


@pytest.mark.parametrize(
    ("measure", "passes", "fails", "rule", "advice"),
    [
        ("faces", 1, 0, "single_face", "cam.none"),
        ("faces", 1, 2, "single_face", "cam.many"),
        ("off_centre", 0.15, 0.151, "centred", "cam.center"),
        ("off_centre", -0.15, -0.151, "centred", "cam.center"),
        ("crop_overhang", 0.0, 0.001, "centred", "cam.center"),
        ("inter_eye_px", 90, 89.9, "size", "cam.closer"),
        ("crop_share", 1.0, 1.01, "size", "cam.back"),
        ("yaw_deg", 10, 10.1, "pose", "cam.turn"),
        ("yaw_deg", -10, -10.1, "pose", "cam.turn"),
        ("pitch_deg", 18, 18.1, "pose", "cam.level"),
        ("pitch_deg", -10, -10.1, "pose", "cam.level"),
        ("roll_deg", 8, 8.1, "pose", "cam.level"),
        ("eyes_open", 0.045, 0.0449, "eyes_open", "cam.eyes"),
        ("mouth_open", 0.05, 0.051, "mouth_closed", "cam.mouth"),
        ("jaw_open", 0.1, 0.11, "mouth_closed", "cam.mouth"),
        ("smile", 0.6, 0.61, "expression", "cam.neutral"),
        ("dark_glasses", 0.45, 0.44, "dark_glasses", "cam.dark_glasses"),
        ("glasses", 2.35, 3.3, "glasses", "cam.glasses"),
        ("frame_l", 65, 64.9, "light", "cam.dark"),
        ("clipped", 0.5, 0.51, "light", "cam.bright"),
        ("over_exposed", 0.01, 0.011, "light", "cam.bright"),
        ("left_right", 0.65, 0.64, "light", "cam.uneven"),
        ("sharpness", 0.0007, 0.00069, "sharpness", "cam.blur"),
    ],
)
def test_a_gate_lets_its_limit_through_and_stops_what_is_beyond(
    measure: str, passes: float, fails: float, rule: str, advice: str
) -> None:
    assert judge(changed(**{measure: passes}), PROFILE)[rule] == "pass"
    beyond = changed(**{measure: fails})
    verdicts = judge(beyond, PROFILE)
    assert {name for name, verdict in verdicts.items() if verdict != "pass"} == {rule}
    assert verdicts[rule] == "advice"
    assert not acceptable(verdicts)
    assert said(beyond) == advice


@pytest.mark.parametrize(
    ("measure", "passes", "fails"),
    [
        ("background_l", 85, 84.9),
        ("background_chroma", 9, 9.1),
        ("background_spread", 8, 8.1),
        ("background_marks", 12, 12.1),
    ],
)
def test_the_wall_is_the_officers_unless_the_profile_says_otherwise(measure: str, passes: float, fails: float) -> None:
    assert judge(changed(**{measure: passes}), PROFILE)["background"] == "pass"
    wrong_wall = changed(**{measure: fails})
    assert judge(wrong_wall, PROFILE)["background"] == "officer"
    assert acceptable(judge(wrong_wall, PROFILE))
    strict = PortraitProfile(officer_decides=())
    assert judge(wrong_wall, strict)["background"] == "advice"
    assert said(wrong_wall, strict) == "cam.background"


def test_another_wall_colour_only_has_to_be_even() -> None:
    any_wall = PortraitProfile(white_background=False)
    assert judge(changed(background_l=41, background_chroma=66), any_wall)["background"] == "pass"
    assert judge(changed(background_l=41, background_spread=9), any_wall)["background"] == "officer"


def test_a_face_that_cannot_fit_is_told_to_move_back_and_not_to_the_side() -> None:
    assert said(changed(crop_share=1.1, crop_overhang=0.1)) == "cam.back"


def test_uncertain_glasses_are_the_officers_and_allowed_ones_nobodys() -> None:
    assert judge(changed(glasses=3.0), PROFILE)["glasses"] == "officer"
    assert judge(changed(glasses=5.0), PortraitProfile(glasses_allowed=True))["glasses"] == "pass"


@pytest.mark.parametrize(
    ("measure", "rule"), [("lower_face_colour", "mouth_visible"), ("forehead_colour", "head_covering")]
)
def test_colours_of_a_face_never_hold_a_photo_back(measure: str, rule: str) -> None:
    verdicts = judge(changed(**{measure: 99}), PortraitProfile(officer_decides=()))
    assert verdicts[rule] == "officer"
    assert acceptable(verdicts)


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"yaw_deg", "pitch_deg", "roll_deg"}))
def test_what_cannot_be_told_is_the_officers(name: str) -> None:
    untold = {rule for rule, verdict in judge(without(name), PROFILE).items() if verdict == "officer"}
    assert untold
    assert judge(without(name), PROFILE) == {rule: "officer" if rule in untold else "pass" for rule in RULES}


def test_eyes_without_white_behind_something_rather_dark_are_the_officers() -> None:
    hidden = GOOD | {"eye_white": 22.0, "dark_glasses": 0.7}
    assert judge(hidden, PROFILE)["dark_glasses"] == "officer"
    assert acceptable(judge(hidden, PROFILE))
    for told in ({"eye_white": 24.5}, {"dark_glasses": 0.8}, {"frame_l": 70.0}):
        assert judge(hidden | told, PROFILE)["dark_glasses"] == "pass", told
    assert judge(hidden | {"dark_glasses": 0.4}, PROFILE)["dark_glasses"] == "advice"


def test_a_face_that_cannot_be_measured_has_to_look_straight() -> None:
    seen = {"faces": 1.0, "frame_l": 90.0}
    assert judge(seen, PROFILE)["pose"] == "advice"
    assert not acceptable(judge(seen, PROFILE))
    assert said(seen) == "cam.turn"


def test_no_face_asks_for_a_face_and_for_nothing_else() -> None:
    empty = {"faces": 0.0, "frame_l": 10.0, "clipped": 0.0}
    verdicts = judge(empty, PROFILE)
    assert [rule for rule, verdict in verdicts.items() if verdict == "advice"] == ["single_face"]
    assert said(empty) == "cam.none"


def test_the_most_useful_advice_comes_first() -> None:
    everything = {
        "faces": 2.0, "off_centre": 0.4, "inter_eye_px": 40.0, "yaw_deg": 30.0, "eyes_open": 0.01, "smile": 1.0,
        "dark_glasses": 0.1, "frame_l": 20.0, "sharpness": 0.0,
    }  # fmt: skip
    order = []
    measurements = GOOD | everything
    while (advice := said(measurements)) is not None:
        order.append(advice)
        cause = next(name for name in everything if measurements[name] != GOOD[name])
        measurements[cause] = GOOD[cause]
    assert order == [
        "cam.many", "cam.center", "cam.closer", "cam.turn", "cam.eyes", "cam.neutral", "cam.dark_glasses", "cam.dark",
        "cam.blur",
    ]  # fmt: skip


def test_verdicts_of_another_frame_do_not_make_up_an_advice() -> None:
    chooser = AdviceChooser(PROFILE, settle_s=0, dwell_s=0)
    assert chooser.update({"sharpness": "advice"}, GOOD, 0.0) is None


class Speaker:
    """Drives a chooser frame by frame and keeps what was shown."""

    def __init__(self) -> None:
        self.chooser = AdviceChooser(PROFILE, settle_s=0.3, dwell_s=1.0)
        self.at_s = 100.0

    def show(self, measurements: Mapping[str, float], seconds: float, fps: float = 20) -> list[str | None]:
        shown = []
        for _ in range(round(seconds * fps)):
            self.at_s += 1 / fps
            shown.append(self.chooser.update(judge(measurements, PROFILE), measurements, self.at_s))
        return shown


def test_an_advice_is_said_only_after_it_was_due_for_a_while() -> None:
    speaker = Speaker()
    shown = speaker.show(changed(roll_deg=30), 0.5)
    assert shown[0] is None
    assert shown[-1] == "cam.level"


def test_a_blink_says_nothing() -> None:
    speaker = Speaker()
    for _ in range(10):
        assert set(speaker.show(GOOD, 0.5) + speaker.show(changed(eyes_open=0.02), 0.2)) == {None}


def test_a_measure_that_trembles_on_its_gate_does_not_flicker() -> None:
    speaker = Speaker()
    speaker.show(changed(roll_deg=12), 1)
    trembling = []
    for _ in range(40):
        trembling += speaker.show(changed(roll_deg=7.9), 0.05) + speaker.show(changed(roll_deg=8.1), 0.05)
    assert set(trembling) == {"cam.level"}


def test_a_blink_on_the_way_from_one_advice_to_the_next_says_nothing() -> None:
    speaker = Speaker()
    speaker.show(changed(roll_deg=30), 2)
    shown = speaker.show(GOOD, 0.25) + speaker.show(changed(eyes_open=0.02), 0.2) + speaker.show(GOOD, 1)
    assert set(shown) == {"cam.level", None}


def test_an_advice_that_is_not_due_any_more_leaves_even_when_nothing_settles() -> None:
    speaker = Speaker()
    speaker.show(changed(roll_deg=30), 2)
    restless = []
    for _ in range(30):
        restless += speaker.show(changed(smile=1), 0.05) + speaker.show(changed(sharpness=0), 0.05)
    assert 35 <= restless.count("cam.level") <= 42
    assert restless[-1] != "cam.level"


def test_what_is_said_stays_long_enough_to_be_read() -> None:
    speaker = Speaker()
    first = speaker.show(changed(inter_eye_px=50), 0.4)
    then = speaker.show(changed(roll_deg=30), 2)
    assert first[-1] == "cam.closer"
    assert 16 <= then.count("cam.closer") <= 21
    assert then[-1] == "cam.level"


def test_the_next_person_starts_with_nothing_said() -> None:
    speaker = Speaker()
    assert speaker.show(changed(roll_deg=30), 0.5)[-1] == "cam.level"
    speaker.chooser.reset()
    assert speaker.show(GOOD, 0.1)[-1] is None


def test_the_photo_is_due_once_after_half_a_second_of_calm() -> None:
    timer = HoldTimer(0.5)
    frames = [timer.update(True, at_s / 10) for at_s in range(20)]
    assert frames.index(True) == 5
    assert frames.count(True) == 1


def test_a_broken_rule_starts_the_wait_anew() -> None:
    timer = HoldTimer(0.5)
    assert not timer.update(True, 0.0)
    assert not timer.update(False, 0.4)
    assert not timer.update(True, 0.6)
    assert not timer.update(True, 1.0)
    assert timer.update(True, 1.1)
    timer.reset()
    assert not timer.update(True, 1.2)
    assert timer.update(True, 1.7)


def test_a_profile_survives_its_own_form() -> None:
    other = PortraitProfile(
        width_px=826, height_px=1062, glasses_allowed=True, picture_format="jp2", officer_decides=("light",)
    )
    assert PortraitProfile.from_dict(other.to_dict()) == other
    assert PortraitProfile.from_dict({}) == PROFILE


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"min_inter_eye": 90}, "portrait.min_inter_eye"),
        ({"max_yaw_deg": "ten"}, "portrait.max_yaw_deg"),
        ({"max_yaw_deg": 200}, "max_yaw_deg must be from 2 to 30"),
        ({"jpeg_quality": 10}, "jpeg_quality must be from 75 to 100"),
        ({"picture_format": "png"}, "picture_format must be one of jpeg, jp2"),
        ({"officer_decides": ["hijab"]}, "officer_decides names hijab"),
    ],
)
def test_a_wrong_profile_names_the_key(values: dict[str, object], named: str) -> None:
    with pytest.raises(DecodeError, match=named):
        PortraitProfile.from_dict(values)


def test_every_number_of_a_profile_has_bounds() -> None:
    for field in dataclasses.fields(PortraitProfile):
        if field.type in (int, float):
            for wild in (-1000, 100_000):
                with pytest.raises(DecodeError, match=field.name):
                    PortraitProfile.from_dict({field.name: wild})

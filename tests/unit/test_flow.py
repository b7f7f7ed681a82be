"""The flow: every row of the table, and that whoever starts anywhere can get back to the start."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.booth.flow import OFFICER_SCREENS, SCANNING_SCREENS, TABLE, Event, Flow, Screen


@pytest.mark.parametrize(("key", "target"), list(TABLE.items()), ids=str)
def test_every_row(key: tuple[Screen, Event], target: Screen) -> None:
    flow = Flow(key[0])
    assert flow.handle(key[1])
    assert flow.screen is target


@pytest.mark.parametrize("screen", Screen)
@pytest.mark.parametrize("event", [event for event in Event if event is not Event.BACK])
def test_every_other_event_is_ignored(screen: Screen, event: Event) -> None:
    if (screen, event) in TABLE:
        return
    flow = Flow(screen)
    assert not flow.allows(event)
    assert not flow.handle(event)
    assert flow.screen is screen


def follow(*events: Event) -> Flow:
    flow = Flow()
    for event in events:
        assert flow.handle(event), event
    return flow


E = Event


@pytest.mark.parametrize(
    ("events", "screen"),
    [
        ((E.ADMISSIBLE, E.ADMITTED, E.FINISHED), Screen.ATTRACT),
        ((E.TOUCHED, E.LANGUAGE_CHOSEN, E.WANTS_TYPING, E.ADMISSIBLE, E.BIRTH_DATE_ASKED, E.ADMITTED), Screen.TICKET),
        ((E.TOUCHED, E.LANGUAGE_CHOSEN, E.WANTS_NO_CODE, E.ADMITTED, E.FINISHED), Screen.ATTRACT),
        ((E.TOUCHED, E.LANGUAGE_CHOSEN, E.WANTS_TYPING, E.REFUSED, E.WANTS_TYPING, E.ALREADY_HERE), Screen.TICKET),
        ((E.ADMISSIBLE, E.DENIED), Screen.SCAN),
        ((E.ADMISSIBLE, E.FAILED, E.IDLE), Screen.ATTRACT),
        ((E.TOUCHED, E.LANGUAGE_CHOSEN, E.WANTS_HELP, E.BACK), Screen.SCAN),
        (
            (
                E.OFFICER_GESTURE, E.LOGGED_IN, E.CALLED, E.DOCUMENTS_CHECKED, E.CAPTURED, E.RETAKE, E.CAPTURED,
                E.PHOTO_ACCEPTED, E.CALLED, E.VISIT_FINISHED, E.QUEUE_WANTED, E.SYNC_WANTED, E.BACK, E.LOGGED_OUT,
            ),
            Screen.ATTRACT,
        ),
    ],
)  # fmt: skip
def test_ways_through_the_house(events: tuple[Event, ...], screen: Screen) -> None:
    assert follow(*events).screen is screen


def test_nobody_can_go_back_from_a_finished_step() -> None:
    flow = follow(E.TOUCHED, E.LANGUAGE_CHOSEN, E.ADMISSIBLE, E.ADMITTED)
    assert not flow.handle(E.BACK)
    assert flow.trail == []


@given(st.lists(st.sampled_from(Event), max_size=60))
def test_whatever_happens_there_is_a_way_to_the_start(events: list[Event]) -> None:
    flow = Flow()
    for event in events:
        flow.handle(event)
        assert len(flow.trail) < len(Screen), "back must not circle"
    ways_out = (E.LOGGED_OUT, E.FINISHED, E.IDLE)
    assert flow.screen is Screen.ATTRACT or any(
        flow.handle(event) and flow.screen is Screen.ATTRACT for event in ways_out
    )


def test_officer_screens_are_reached_by_logging_in_only() -> None:
    for (source, event), target in TABLE.items():
        if target in OFFICER_SCREENS and source not in OFFICER_SCREENS:
            assert (source, event) == (Screen.LOGIN, Event.LOGGED_IN)
    assert not SCANNING_SCREENS & OFFICER_SCREENS

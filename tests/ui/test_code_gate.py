"""Which codes are news."""

from kiosk_app.ui.code_gate import CodeGate
from tests.memory import ManualClock


def gate_at() -> tuple[CodeGate, ManualClock]:
    clock = ManualClock()
    return CodeGate(clock.monotonic), clock


def test_a_code_that_stays_in_the_picture_passes_once() -> None:
    gate, clock = gate_at()
    passed = []
    for _ in range(400):
        passed += gate.news(("A",))
        clock.forward(seconds=0.04)
    assert passed == ["A"]


def test_it_passes_again_when_it_was_gone_and_some_time_has_gone_by() -> None:
    gate, clock = gate_at()
    assert gate.news(("A",)) == ("A",)
    clock.forward(seconds=3)
    assert gate.news(("A",)) == ()  # gone, but too soon
    clock.forward(seconds=0.5)
    assert gate.news(("A",)) == ()
    clock.forward(seconds=0.5)
    assert gate.news(("A",)) == ()
    clock.forward(seconds=0.9)
    assert gate.news(("A",)) == ()
    clock.forward(seconds=0.1)
    assert gate.news(("A",)) == ("A",)  # five seconds, and it was away in between


def test_a_short_blink_is_no_absence() -> None:
    gate, clock = gate_at()
    gate.news(("A",))
    for _ in range(20):
        clock.forward(seconds=0.9)
        assert gate.news(("A",)) == ()


def test_codes_do_not_hold_each_other_back() -> None:
    gate, _clock = gate_at()
    assert gate.news(("A", "B", "A")) == ("A", "B")
    assert gate.news(("C",)) == ("C",)


def test_after_a_rest_a_code_that_is_still_held_up_is_no_news() -> None:
    gate, clock = gate_at()
    gate.news(("A",))
    clock.forward(seconds=25)
    gate.resume()
    clock.forward(seconds=0.2)
    assert gate.news(("A",)) == ()
    clock.forward(seconds=1.5)
    assert gate.news(("A",)) == ("A",)


def test_no_code_is_kept() -> None:
    gate, clock = gate_at()
    gate.news(("1671000000000042",))
    kept = repr(vars(gate))
    assert "1671000000000042" not in kept
    clock.forward(seconds=61)
    gate.news(())
    assert gate._traces == {}

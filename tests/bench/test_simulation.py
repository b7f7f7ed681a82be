"""The simulation's benchmark runs from end to end in tiny sizes."""

from bench import simulation


def test_histories_are_counted_and_bugs_are_hunted() -> None:
    histories, mutants = simulation.run(simulation.TINY)
    assert histories.rows[:2] == (("histories", "4"), ("... in which an invariant did not hold", "0"))
    assert [row[0] for row in mutants.rows] == ["mark-before-send", "any-200-is-ack"]
    assert "not found" not in {row[1] for row in mutants.rows}

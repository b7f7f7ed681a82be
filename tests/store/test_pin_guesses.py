"""Five guesses, whoever pulls the plug; and the mutants that would give more."""

import sys

import pytest

from bench import pin_guesses

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills with SIGKILL")
TRIED = str(pin_guesses.TINY.guesses)
LEFT = str(pin_guesses.TINY.guesses - 5)


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[str, ...]]:
    """By way: tried, answered, refused unread, what the right PIN got at the end."""
    [table] = pin_guesses.run(pin_guesses.TINY)
    return {row[0]: row[1:] for row in table.rows}


def row_of(rows: dict[str, tuple[str, ...]], title: str) -> list[str]:
    if title not in rows:
        pytest.skip("libfaketime is not installed")
    return list(rows[title])


@pytest.mark.parametrize("title", ["killed after each answer", "killed, and the clock set +10 years"])
def test_neither_the_plug_nor_the_clock_buys_a_sixth_guess(rows: dict[str, tuple[str, ...]], title: str) -> None:
    assert row_of(rows, title) == [TRIED, "5", LEFT, "locked"]


def test_the_mutant_that_counts_afterwards_is_told(rows: dict[str, tuple[str, ...]]) -> None:
    assert row_of(rows, "mutant: counted after the check") == [TRIED, TRIED, "0", "right"]


def test_the_mutant_that_goes_by_the_wall_clock_is_told(rows: dict[str, tuple[str, ...]]) -> None:
    answered = int(row_of(rows, "mutant: delays by the wall clock, +10 years")[1])
    assert answered > 5

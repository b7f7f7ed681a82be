"""Every transition of a visit: each state with each kind of fact."""

import itertools
from datetime import timedelta

import pytest

from kiosk_app.booth.facts import (
    Arrived,
    BroughtBack,
    Called,
    CodeKind,
    DocumentsChecked,
    Fact,
    Finished,
    HelpCalled,
    Lane,
    Missed,
    Outcome,
    PhotoTaken,
)
from kiosk_app.booth.visits import IllegalTransition, Visit, VisitState, apply
from tests.memory import NINE

ARRIVED = Arrived("v", "A001", Lane.ORDINARY, CodeKind.NUMBER, booking="b")
PHOTO = PhotoTaken("v", "o", "b" * 64, 1, "c" * 64, "k", 413, 531, 1, True)
FACTS: dict[str, Fact] = {
    "arrived": ARRIVED,
    "called": Called("v", "1", "o"),
    "missed": Missed("v", "o"),
    "brought_back": BroughtBack("v", "o"),
    "documents": DocumentsChecked("v", "o", ("doc.ktp",), ("doc.kk",)),
    "photo": PHOTO,
    "finished": Finished("v", "o", Outcome.DONE),
}
S = VisitState
ALLOWED = {
    ("none", "arrived"): S.WAITING,
    ("waiting", "called"): S.CALLED,
    ("called", "called"): S.CALLED,
    ("called", "missed"): S.MISSED,
    ("missed", "brought_back"): S.WAITING,
    **{(state, "documents"): S.CHECKED for state in ("called", "checked")},
    ("photographed", "documents"): S.PHOTOGRAPHED,
    **{(state, "photo"): S.PHOTOGRAPHED for state in ("called", "checked", "photographed")},
    **{(state, "finished"): S.FINISHED for state in ("called", "checked", "photographed")},
}
WAYS: dict[str, list[str]] = {
    "none": [],
    "waiting": ["arrived"],
    "called": ["arrived", "called"],
    "missed": ["arrived", "called", "missed"],
    "checked": ["arrived", "called", "documents"],
    "photographed": ["arrived", "called", "documents", "photo"],
    "finished": ["arrived", "called", "finished"],
}


def walk(names: list[str]) -> Visit | None:
    visit: Visit | None = None
    for seq, name in enumerate(names):
        visit = apply(visit, FACTS[name], NINE + timedelta(minutes=seq), seq)
    return visit


@pytest.mark.parametrize(("state", "fact"), list(itertools.product(WAYS, FACTS)))
def test_every_state_with_every_fact(state: str, fact: str) -> None:
    before = walk(WAYS[state])
    if (state, fact) in ALLOWED:
        after = apply(before, FACTS[fact], NINE, 9)
        assert after is not None
        assert after.state is ALLOWED[state, fact]
    else:
        with pytest.raises(IllegalTransition) as caught:
            apply(before, FACTS[fact], NINE, 9)
        assert caught.value.action.startswith("Reload the queue")


def test_what_a_visit_remembers() -> None:
    visit = walk(["arrived", "called", "called", "documents", "photo", "finished"])
    assert visit is not None
    assert (visit.booking, visit.desk, visit.officer) == ("b", "1", "o")
    assert visit.called_at == NINE + timedelta(minutes=1), "the first call counts for the wait"
    assert visit.missing == ("doc.kk",)
    assert visit.photo == PHOTO.blob
    assert visit.outcome is Outcome.DONE
    assert visit.finished_at == NINE + timedelta(minutes=5)


def test_facts_of_the_booth_belong_to_no_visit() -> None:
    assert apply(None, HelpCalled("scan"), NINE, 1) is None

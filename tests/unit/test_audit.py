"""The facts about the people at a booth: nothing in them can be a person's data."""

import pytest

from kiosk_app.booth.audit import (
    AUDIT_FACTS,
    Export,
    Exported,
    LeaseReturned,
    LockedOut,
    Overridden,
    Purged,
    Sight,
    Unlocked,
    Viewed,
)
from kiosk_app.booth.codec import DecodeError
from kiosk_app.booth.facts import FACTS, from_body, visit_of

PERSONAL = ["1671014101900001", "081234567890", "Budi Santoso", "1990-01-41 Budi", "é", "a" * 65, "budi@example.id"]
STAMP = {"at": "2025-01-25T02:00:00.000Z", "boot_id": "b", "mono_ms": 1, "offset_ms": None, "profile": 1}


def test_every_kind_is_a_fact() -> None:
    assert [FACTS[kind.KIND] for kind in AUDIT_FACTS] == list(AUDIT_FACTS)


@pytest.mark.parametrize("text", PERSONAL)
def test_what_could_be_a_persons_is_no_reference(text: str) -> None:
    for make in (
        lambda: Viewed("1001", Sight.APPLICANT, text),
        lambda: Exported("1001", Export.ARCHIVE, text),
        lambda: LeaseReturned(text, 1),
    ):
        with pytest.raises(ValueError, match="an id of ours"):
            make()


@pytest.mark.parametrize("text", [*PERSONAL, "", "Baby"])
def test_a_reason_is_a_key_of_the_catalogue(text: str) -> None:
    with pytest.raises(ValueError, match="catalogue"):
        Overridden("1001", text, "override.baby")
    with pytest.raises(ValueError, match="catalogue"):
        Overridden("1001", "portrait.pose", text)


def test_such_a_record_is_refused_without_repeating_it() -> None:
    body = {"stamp": STAMP, "data": {"officer": "1001", "what": "applicant", "ref": PERSONAL[0]}}
    with pytest.raises(DecodeError) as caught:
        from_body("viewed", body)
    assert PERSONAL[0] not in str(caught.value)


def test_a_lease_is_returned_in_whole_slots() -> None:
    with pytest.raises(ValueError, match="positive"):
        LeaseReturned("a", 0)


def test_only_an_override_belongs_to_a_visit() -> None:
    """What was seen of a visit must not wait for that visit's records."""
    facts = [
        Viewed("1001", Sight.PHOTO, "v"), LockedOut("1001", 10), Unlocked("2001", "1001"),
        Exported("2001", Export.REPORT), Purged(3, 1), LeaseReturned("l", 2),
    ]  # fmt: skip
    assert {visit_of(fact) for fact in facts} == {""}
    assert visit_of(Overridden("1001", "portrait.pose", "override.baby", "v", "2001")) == "v"

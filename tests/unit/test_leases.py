from datetime import date

import pytest

from kiosk_app.booth.codec import decode, encode
from kiosk_app.booth.facts import Lane
from kiosk_app.booth.leases import Lease

LEASE = Lease("9f", date(2025, 1, 25), Lane.PRIORITY, 3)


@pytest.mark.parametrize(("spent", "left"), [(0, 3), (2, 1), (3, 0), (5, 0)])
def test_what_is_left_is_never_below_nothing(spent: int, left: int) -> None:
    assert LEASE.left(spent) == left


def test_a_lease_travels_as_json() -> None:
    assert decode(Lease, encode(LEASE)) == LEASE
    with pytest.raises(ValueError, match="negative"):
        Lease("9f", LEASE.day, Lane.PRIORITY, -1)

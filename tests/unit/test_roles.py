import pytest

from kiosk_app.booth.roles import ROLES, Duty, may
from kiosk_app.office.officers import ROLES as OFFICE_ROLES

TABLE = """
            officer supervisor technician auditor
serve       yes     yes        no         no
open_day    yes     yes        no         no
unlock      no      yes        no         no
break_glass no      yes        no         no
"""
_ROLES, *_ROWS = (line.split() for line in TABLE.strip().splitlines())


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row[0])
def test_each_role_may_do_what_the_table_says_and_nothing_else(row: list[str]) -> None:
    duty, *answers = row
    assert [may(role, Duty(duty)) for role in _ROLES] == [answer == "yes" for answer in answers]


def test_the_table_is_whole_and_the_office_gives_no_other_roles() -> None:
    assert [row[0] for row in _ROWS] == [duty.value for duty in Duty]
    assert sorted(ROLES) == sorted(OFFICE_ROLES)

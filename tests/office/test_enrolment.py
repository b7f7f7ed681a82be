"""A booth comes in by a one-time code, proves itself by its key, and can be shut out."""

from datetime import timedelta

import pytest

from kiosk_app.contract.signatures import b64
from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office
from kiosk_app.office.tables import enrolments, tokens

from .booth_double import BoothDouble, MovableClock
from .conftest import SITE, MakeBooth


def test_a_code_makes_a_booth_once(office: Office, stranger: BoothDouble) -> None:
    code = office.invite("Icon 1", SITE)
    answer = stranger.try_to_enrol(code)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["letter"], body["site_id"], body["practice"]) == ("Icon 1", "A", SITE, False)
    again = stranger.try_to_enrol(code)
    assert again.status_code == 201
    assert again.json()["device_id"] == body["device_id"], "the answer may have been lost"


def test_another_key_finds_the_code_used(office: Office, make_booth: MakeBooth, stranger: BoothDouble) -> None:
    code = office.invite("Icon 1", SITE)
    assert make_booth().try_to_enrol(code).status_code == 201
    answer = stranger.try_to_enrol(code)
    assert (answer.status_code, answer.json()["type"]) == (409, "code-used")


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " - ")]
)
def test_how_a_code_is_typed_does_not_matter(office: Office, stranger: BoothDouble, typed: object) -> None:
    assert callable(typed)
    assert stranger.try_to_enrol(typed(office.invite("Icon 1", SITE))).status_code == 201


def test_digits_that_no_code_has_are_taken_for_letters(office: Office, stranger: BoothDouble) -> None:
    code = office.invite("Icon 1", SITE)
    mistaken = code.replace("O", "0").replace("I", "1").replace("B", "8")
    assert stranger.try_to_enrol(mistaken).status_code == 201


def test_a_code_ends_after_a_day(office: Office, stranger: BoothDouble, clock: MovableClock) -> None:
    code = office.invite("Icon 1", SITE)
    clock.forward(timedelta(hours=24))
    answer = stranger.try_to_enrol(code)
    assert (answer.status_code, answer.json()["type"]) == (403, "code-expired")


def test_five_wrong_tries_lock_a_code(office: Office, stranger: BoothDouble) -> None:
    code = office.invite("Icon 1", SITE)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert [stranger.try_to_enrol(wrong).json()["type"] for _ in range(5)] == ["code-wrong"] * 5
    answer = stranger.try_to_enrol(code)
    assert (answer.status_code, answer.json()["type"]) == (403, "code-locked")


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA", "nonsense", "AAAA-AAAA-AAAÄ"])
def test_unknown_codes_are_wrong(stranger: BoothDouble, code: str) -> None:
    assert stranger.try_to_enrol(code).json()["type"] == "code-wrong"


def test_only_a_p256_key_is_taken(office: Office, stranger: BoothDouble) -> None:
    body = {"code": office.invite("Icon 1", SITE), "public_key": b64(b"no key"), "hw": "", "sw": ""}
    answer = stranger.call("POST", "/v1/devices/enrol", json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "bad-key")


def test_letters_differ_within_a_place(office: Office, make_booth: MakeBooth) -> None:
    letters = [make_booth("One"), make_booth("Two"), make_booth("Three", site="ptc-mall")]
    assert [booth.identity["letter"] for booth in letters] == ["A", "B", "A"]
    office.devices.revoke(letters[0].id)
    assert make_booth("Four").identity["letter"] == "A"
    with pytest.raises(KioskError, match="has a booth B already"):
        office.invite("Five", SITE, letter="B")
    with pytest.raises(KioskError, match="A to Z"):
        office.invite("Five", SITE, letter="ß")
    for _ in range(24):
        office.invite("More", SITE)
    with pytest.raises(KioskError, match="26 letters"):
        office.invite("Too many", SITE)


def test_a_place_must_be_in_the_profile(office: Office) -> None:
    with pytest.raises(KioskError, match="no such place"):
        office.invite("Nowhere", "jakarta")


def test_a_nonce_serves_once_and_for_a_minute(booth: BoothDouble, clock: MovableClock) -> None:
    nonce = booth.challenge()
    assert booth.ask_for_token(nonce).status_code == 200
    assert booth.ask_for_token(nonce).json()["type"] == "challenge-failed"
    late = booth.challenge()
    clock.forward(timedelta(seconds=60))
    assert booth.ask_for_token(late).status_code == 401


def test_a_nonce_belongs_to_one_booth(make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    assert other.ask_for_token(one.challenge()).status_code == 401


def test_another_key_gets_no_token(make_booth: MakeBooth, stranger: BoothDouble) -> None:
    stranger.identity = make_booth().identity
    assert stranger.ask_for_token(stranger.challenge()).status_code == 401


def test_a_token_ends_after_an_hour(booth: BoothDouble, clock: MovableClock) -> None:
    assert booth.call("GET", "/v1/config").status_code == 200
    clock.forward(timedelta(hours=1))
    answer = booth.call("GET", "/v1/config")
    assert (answer.status_code, answer.json()["type"]) == (401, "token-expired")


def test_without_a_token_nothing_is_told(stranger: BoothDouble) -> None:
    answers = [stranger.call("GET", path) for path in ("/v1/config", "/v1/changes", "/v1/snapshot")]
    assert [(answer.status_code, answer.json()["type"]) for answer in answers] == [(401, "token-required")] * 3


def test_a_revoked_booth_may_only_drain(office: Office, booth: BoothDouble) -> None:
    answer = booth.call(
        "POST", f"/v1/devices/{booth.id}/revoke", headers={"Authorization": f"Bearer {office.keys.admin_token}"}
    )
    assert answer.status_code == 204
    for path in ("/v1/config", "/v1/changes", "/v1/snapshot"):
        refused = booth.call("GET", path)
        assert (refused.status_code, refused.json()["type"]) == (403, "device-revoked")
    assert booth.sync() == [], "the token it holds still empties the outbox"
    assert booth.ask_for_token(booth.challenge()).json()["scope"] == "drain"


def test_only_the_office_revokes(make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    answer = one.call("POST", f"/v1/devices/{other.id}/revoke")
    assert (answer.status_code, answer.json()["type"]) == (403, "office-only")


def test_secrets_are_kept_hashed(office: Office, booth: BoothDouble) -> None:
    code = office.invite("Next", SITE)
    with office.database.read() as connection:
        kept = str([connection.execute(table.select()).all() for table in (enrolments, tokens)])
    assert booth.token not in kept
    assert code.replace("-", "") not in kept

"""Coming in with a one-time code: clear words for whatever stands in the way."""

import socket
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.sync.enrol import enrol, office_address, to_identity
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import SITE


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyHolder:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return FileKeyHolder(folder)


@pytest.fixture
def other_keys(tmp_path: Path) -> FileKeyHolder:
    folder = tmp_path / "other"
    folder.mkdir(mode=0o700)
    return FileKeyHolder(folder)


@pytest.fixture
def code(office: Office) -> str:
    return office.invite("PTC 1", SITE, practice=True)


def fault(address: str, code: str, keys: FileKeyHolder) -> str:
    with pytest.raises(KioskError) as caught:
        enrol(address, code, keys)
    assert caught.value.message
    assert caught.value.action
    return caught.value.code


def test_a_code_becomes_an_identity(front: hostile.Front, code: str, keys: FileKeyHolder, office: Office) -> None:
    identity = to_identity(enrol(front.url, code, keys), front.url)
    assert (identity.name, identity.site_id, identity.practice, identity.letter) == ("PTC 1", SITE, True, "B")
    assert identity.config_key == office.keys.config_key
    assert identity.sealing_keys[0][0] == office.keys.sealing_key.id


def test_a_lost_answer_costs_nothing(front: hostile.Front, code: str, keys: FileKeyHolder) -> None:
    front.misbehave(hostile.lost_answer, path="/v1/devices/enrol")
    assert fault(front.url, code, keys) == "enrol-office"
    assert enrol(front.url, code.lower().replace("-", " "), keys).name == "PTC 1"


def test_the_code_is_good_for_one_booth(
    front: hostile.Front, code: str, keys: FileKeyHolder, other_keys: FileKeyHolder
) -> None:
    enrol(front.url, code, keys)
    assert fault(front.url, code, other_keys) == "code-used"


@pytest.mark.parametrize("typed", ["", "   ", "ab", "AAAA-BBBB-CCCC", "x" * 41, "\N{SNOWMAN}" * 12])
def test_a_wrong_code_is_said_to_be_wrong(front: hostile.Front, keys: FileKeyHolder, typed: str) -> None:
    assert fault(front.url, typed, keys) == "code-wrong"


def test_an_old_code_is_said_to_be_old(
    front: hostile.Front, code: str, keys: FileKeyHolder, clock: ManualClock
) -> None:
    clock.forward(hours=25)
    assert fault(front.url, code, keys) == "code-expired"


def test_too_many_tries_lock_the_code(front: hostile.Front, code: str, keys: FileKeyHolder) -> None:
    for _ in range(5):
        assert fault(front.url, code[:5] + "AAAA-AAAA", keys) == "code-wrong"
    assert fault(front.url, code, keys) == "code-locked"


@pytest.mark.parametrize(
    ("misdeed", "expected"),
    [
        (hostile.PORTAL_PAGE, "enrol-portal"),
        (hostile.PORTAL_REDIRECT, "enrol-portal"),
        (hostile.SERVER_ERROR, "enrol-office"),
        (hostile.reset, "enrol-office"),
        (hostile.answer(201, hostile.JSON, b"{}"), "enrol-nonsense"),
        (hostile.answer(201, hostile.JSON, b"[" * 200_000), "enrol-nonsense"),
        (hostile.answer(200, hostile.JSON, b"{}"), "enrol-nonsense"),
        (hostile.huge, "enrol-nonsense"),
        (hostile.problem(409, "code-used"), "code-used"),
        (hostile.problem(403, "office-closed"), "enrol-refused"),
        (hostile.problem(422, "invalid"), "enrol-refused"),
        (hostile.problem(426, "schema-too-old"), "enrol-upgrade"),
        (hostile.answer(201, {**hostile.JSON, "Kiosk-Api": "2"}, b"{}"), "enrol-upgrade"),
        (hostile.tampered(lambda body: {**body, "sealing_keys": []}), "enrol-nonsense"),
        (hostile.tampered(lambda body: {**body, "config_key": "AAAA"}), "enrol-nonsense"),
    ],
)
def test_whatever_answers_instead_has_its_own_words(
    front: hostile.Front, code: str, keys: FileKeyHolder, misdeed: hostile.Misdeed, expected: str
) -> None:
    front.misbehave(misdeed, path="/v1/devices/enrol", times=9)
    assert fault(front.url, code, keys) == expected


def test_an_office_that_is_down_is_said_to_be_down(keys: FileKeyHolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert fault(f"http://127.0.0.1:{port}", "AAAA-BBBB-CCCC", keys) == "enrol-office"


def test_a_name_that_nobody_knows(keys: FileKeyHolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert fault("http://office.invalid", "AAAA-BBBB-CCCC", keys) in ("enrol-dns", "enrol-link")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://office.example/", "https://office.example"),
        (" https://office.example:8443/kiosk/ ", "https://office.example:8443/kiosk"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_put_in_order(text: str, address: str) -> None:
    assert office_address(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "office.example", "ftp://office.example", "https://", "https://user:pw@office.example", "https://a:99999",
     "https://a?x=1", "https://a#b", "https://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str, keys: FileKeyHolder) -> None:
    with pytest.raises(KioskError) as caught:
        office_address(text)
    assert caught.value.code == "office-address"
    assert fault(text, "AAAA-BBBB-CCCC", keys) == "office-address"


def test_plain_http_to_another_machine_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    office_address("http://127.0.0.1:8080")
    assert "plain-http" not in caplog.text
    office_address("http://office.example")
    assert "plain-http" in caplog.text


def test_no_word_of_the_code_in_any_error(
    front: hostile.Front, keys: FileKeyHolder, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(KioskError) as caught:
        enrol(front.url, "SECR-ETSE-CRET", keys)
    chain: list[BaseException] = [caught.value]
    while (inner := chain[-1].__cause__) is not None:
        chain.append(inner)
    assert all("SECR" not in str(error) for error in chain)
    assert "SECR" not in caplog.text

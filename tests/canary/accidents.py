"""A hundred exceptions in whose texts, arguments and local variables a person stands: database, HTTP, parser, camera."""

import json
import logging
import threading
import tomllib
import warnings
from collections.abc import Callable
from urllib.parse import urlsplit

import cv2
import numpy as np
import requests

from kiosk_app import log
from kiosk_app.assembly import Booth
from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codec import decode
from kiosk_app.booth.codes import booking_id_number
from kiosk_app.camera.mjpeg import MjpegStream
from kiosk_app.contract.messages import RecordMessage, SyncResponse
from kiosk_app.sync.outcomes import read_message
from kiosk_app.sync.transport import Reply
from tests.canary.values import PLATE, Person

_ours = logging.getLogger("kiosk_app.canary")
_theirs = logging.getLogger("somelibrary")
Step = Callable[[Booth, Person], object]


def _sql_text(booth: Booth, person: Person) -> object:
    return booth.journal_db.rows(f"SELECT * FROM records WHERE id = {person.name}")  # noqa: S608 - a mistake, on purpose


def _sql_number(booth: Booth, person: Person) -> object:
    return booth.journal_db.rows("SELECT ? + ?", (int(person.nik) * 10**9, 1))


def _sql_row(booth: Booth, person: Person) -> object:
    with booth.roster_db.transaction():
        return booth.roster_db.execute(
            "INSERT INTO bookings (id, v, data) VALUES (?, ?, ?)", (person.name, person.nik + "x", "d")
        )


def _sql_twice(booth: Booth, person: Person) -> object:
    with booth.roster_db.transaction(), booth.roster_db.transaction():
        return person


def _http(booth: Booth, person: Person) -> object:
    return requests.get(f"http://127.0.0.1:1/{person.name}?nik={person.nik}", timeout=1, headers={"X": person.phone})


def _http_header(booth: Booth, person: Person) -> object:
    return requests.get("http://127.0.0.1:1/", headers={"X": f"{person.name}\r\n{person.nik}"}, timeout=1)


def _address(booth: Booth, person: Person) -> object:
    return urlsplit(f"http://[{person.name}]/")


def _contract(booth: Booth, person: Person) -> object:
    return RecordMessage.model_validate({"seq": person.nik, "id": person.name, "kind": person.phone})


def _answer(booth: Booth, person: Person) -> object:
    body = json.dumps(
        {"server_time": person.born.isoformat(), "results": [person.name], "safe_pos": person.nik}
    ).encode()
    return read_message(SyncResponse, Reply(200, {"kiosk-api": "1", "content-type": "application/json"}, body))


def _booking(booth: Booth, person: Person) -> object:
    return decode(Booking, {"id": person.name, "number": int(person.nik), "birth_date": person.born.isoformat()})


def _digits(booth: Booth, person: Person) -> object:
    return int(f"{person.nik}x {person.name}")


def _json(booth: Booth, person: Person) -> object:
    return json.loads(f'{{"nama": {person.name}}}')


def _toml(booth: Booth, person: Person) -> object:
    return tomllib.loads(f"nama = {person.name}")


def _id(booth: Booth, person: Person) -> object:
    return booking_id_number(person.name)


def _key(booth: Booth, person: Person) -> object:
    return {person.nik: PLATE}[person.name]


def _letters(booth: Booth, person: Person) -> object:
    return f"{person.name}\ud800{person.nik}".encode()


def _picture(booth: Booth, person: Person) -> object:
    return cv2.imdecode(np.zeros((2, 2, 2, 2), np.float64), f"{person.name}")  # type: ignore[call-overload]


def _stream(booth: Booth, person: Person) -> object:
    return MjpegStream(f"http://{person.name}:{person.nik}@127.0.0.1:1/{person.nik}").open()


def _seal(booth: Booth, person: Person) -> object:
    return booth.photos.seal(person.name, person.nik)  # type: ignore[arg-type]


def _file(booth: Booth, person: Person) -> object:
    return (booth.paths.root / f"{person.name}-{person.nik}.jpg").read_bytes()


STEPS: tuple[Step, ...] = (
    _sql_text, _sql_number, _sql_row, _sql_twice, _http, _http_header, _address, _contract, _answer, _booking, _digits, _json, _toml, _id,
    _key, _letters, _picture, _stream, _seal, _file,
)  # fmt: skip


def happen(booth: Booth, persons: tuple[Person, ...]) -> int:
    """Every step with five people, told in each of the ways in which a program tells of an exception; how many there were."""
    count = 0
    for number, step in enumerate(STEPS):
        for turn in range(5):
            person = persons[(number + turn) % len(persons)]
            try:
                step(booth, person)
            except Exception as error:  # noqa: BLE001 - whatever comes is to be told
                _tell(turn, error, person)
                count += 1
    return count


def _tell(way: int, error: Exception, person: Person) -> None:
    if way == 0:
        log.event(_ours, "accident", logging.ERROR, error=log.where(error))
    elif way == 1:
        _ours.exception("accident")
    elif way == 2:
        _theirs.error("cannot do with %s", person.name, exc_info=error)
        _theirs.error(str(error))
    elif way == 3:
        warnings.warn(f"{error} {person.name}", stacklevel=1)
    else:
        fallen = threading.Thread(target=_fall, args=(error,))
        fallen.start()
        fallen.join()


def _fall(error: Exception) -> None:
    raise error

"""A day at a booth, as a program of its own, so that it can be killed: `python -m tests.canary.day DATA SEED [LEAK]`."""

import json
import logging
import random
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from kiosk_app import log
from kiosk_app.assembly import Booth, open_own_booth
from kiosk_app.booth.admission import Admit, TurnAway
from kiosk_app.booth.desk import Desk, Portrait
from kiosk_app.booth.facts import Outcome
from kiosk_app.clock import SystemClock
from kiosk_app.errors import KioskError
from kiosk_app.hardening import harden
from kiosk_app.paths import BoothPaths
from kiosk_app.rehearsal.cast import PRACTICE_OFFICER
from kiosk_app.settings import Settings
from kiosk_app.store.lock import DataLock
from kiosk_app.sync_setup import make_engine
from tests.canary.accidents import happen
from tests.canary.values import JPEG_MARKER, PLATE, Person, people

_log = logging.getLogger("kiosk_app.canary")


def main(folder: Path, seed: int, leak: str) -> None:
    """Everybody comes with number, NIK and card; is served, photographed, sent to the office; a hundred things go wrong."""
    harden()
    paths = BoothPaths(folder)
    log.configure(paths.log)
    rng = random.Random(seed)
    with DataLock(paths.lock):
        booth = open_own_booth(paths, SystemClock())
        engine = make_engine(booth, Settings())
        engine.start()
        desk = booth.desk("1", booth.officers.log_in(*PRACTICE_OFFICER))
        for person in rng.sample(people(), len(people())):
            _come(booth, person)
            _serve(booth, desk)
            print("served", flush=True)
        print("accidents", happen(booth, people()), flush=True)
        if leak == "log":
            _log.warning("served %s", people()[3].name)
        elif leak == "file":
            with tempfile.NamedTemporaryFile(delete=False) as file:
                file.write(json.dumps({"nik": people()[5].nik}).encode())
        engine.run_until_empty(30)
        engine.stop()
        booth.close()
    print("done", flush=True)
    if leak == "":
        raise RuntimeError(f"{people()[7].name} {people()[7].nik} is the last to leave")


def _come(booth: Booth, person: Person) -> None:
    """Tries the wrong things first, as people do: the NIK, the card's QR, somebody else's page."""
    reception = booth.reception()
    wrong = (
        person.nik,
        json.dumps(
            {
                "nama": person.name,
                "nik": person.nik,
                "lahir": person.born.isoformat(),
                "hp": person.phone,
                "plat": PLATE,
            }
        ),
        f"https://promo.example/{person.phone}?nama={person.name}",
        person.name,
    )
    for text in wrong:
        decision = reception.look(text)
        if isinstance(decision, TurnAway):
            reception.turn_away(decision)
    decision = reception.look(person.number)
    if isinstance(decision, Admit):
        reception.admit(decision)


def _serve(booth: Booth, desk: Desk) -> None:
    card = desk.call_next()
    if card is None:
        return
    visit = card.visit.id
    desk.check_documents(visit, card.documents)
    picture = cv2.imencode(".jpg", np.full((531, 413, 3), 200, np.uint8))[1].tobytes() + JPEG_MARKER
    portrait = Portrait(
        picture=picture, media_type="image/jpeg", width=413, height=531, measurements={"yaw_deg": 1.0}, verdicts={"pose": "pass"},
        models={}, automatic=True, practice=True,
    )  # fmt: skip
    try:
        desk.accept_photo(visit, portrait)
        desk.finish(visit, Outcome.DONE)
    except KioskError as error:
        log.event(_log, "not-served", logging.ERROR, code=error.code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")

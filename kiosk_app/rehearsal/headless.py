"""A rehearsed day without a screen: every code through the camera, every decision through the rules, every fact on disk."""

import random
import time
from collections.abc import Callable, Sequence

from kiosk_app.assembly import Booth
from kiosk_app.booth.admission import Admit, Already, Decision, TurnAway
from kiosk_app.booth.desk import Desk, Portrait, VisitCard
from kiosk_app.booth.facts import Outcome
from kiosk_app.booth.reception import Reception
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.components import as_evidence, judged_by
from kiosk_app.camera.direct import DirectCamera
from kiosk_app.camera.portrait import PortraitAssessor
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.camera.sink import Capture
from kiosk_app.errors import KioskError
from kiosk_app.rehearsal.cast import Manner, Part, in_groups
from kiosk_app.rehearsal.clock import StagedClock
from kiosk_app.rehearsal.summary import Tally

_CODE_TRIES = 25
_PORTRAIT_TRIES = 60
_GROUP = 4  # so many check in before the officer goes on


class HeadlessDay:
    """One booth, one officer, one practice camera; `said` is told of each step in a line without personal data."""

    def __init__(self, booth: Booth, officer: str, pin: str, seed: int, said: Callable[[str], None]) -> None:
        self._booth = booth
        self._rng = random.Random(seed)  # noqa: S311 - a play, no secret
        self._said = said
        self._clock = StagedClock(booth.clock)
        self._reception: Reception = booth.reception(self._clock)
        self._stage = Stage()
        assessor = PortraitAssessor(booth.rules.current().portrait)
        self._camera = DirectCamera(PracticeCamera(self._stage, fps=0), CodeReader(), assessor)
        self._models = judged_by()
        self._desk: Desk = booth.desk("1", booth.officers.log_in(officer, pin), self._clock)
        self._seeds: dict[str, Part] = {}
        self.tally = Tally()

    def play(self, parts: Sequence[Part]) -> Tally:
        """The whole day: groups check in, then the officer serves whoever waits."""
        self._camera.open()
        try:
            for group in in_groups(parts, _GROUP):
                for part in group:
                    self._check_in(part)
                while self._serve_next():
                    pass
        finally:
            self._camera.close()
        return self.tally

    def _check_in(self, part: Part) -> None:
        self._clock.stage(part.at)
        started = time.monotonic()
        decision = self._present(part)
        match decision:
            case Admit():
                ticket = self._reception.admit(decision)
                self._seeds[ticket.visit] = part
                self.tally.arrived += 1
                self._said(f"{ticket.number} checked in")
            case Already():
                self.tally.already_here += 1
                self._said(f"{decision.visit.number} came again")
            case TurnAway():
                self._reception.turn_away(decision)
                self.tally.turned_away[decision.reason.value] += 1
                self._said(f"turned away: {decision.reason.value}")
        self.tally.checkin_seconds.append(time.monotonic() - started)

    def _present(self, part: Part) -> Decision:
        match part.manner:
            case Manner.HOLDS_CODE:
                self._stage.hold_code(part.text)
                text = self._camera.read_code(_CODE_TRIES)
                self._stage.clear()
                return self._reception.look(text or "")
            case Manner.TYPES_NUMBER:
                return self._reception.look(part.text)
            case Manner.PRIORITY_WITHOUT_CODE | Manner.WITHOUT_CODE:
                return self._reception.look_without_code(part.manner is Manner.PRIORITY_WITHOUT_CODE)

    def _serve_next(self) -> bool:
        card = self._desk.call_next()
        if card is None:
            return False
        visit = card.visit.id
        if self._rng.random() < 0.08:
            self._desk.miss(visit)
            self._desk.bring_back(visit)
            card = self._desk.call(visit)
        present = card.documents
        if present and self._rng.random() < 0.08:
            self._desk.check_documents(visit, present[:-1])
            self._close(card, Outcome.INCOMPLETE, "outcome.incomplete.documents")
            return True
        self._desk.check_documents(visit, present)
        capture = self._portrait_of(visit)
        if capture is None:
            self._close(card, Outcome.REFERRED, "outcome.referred.photo")
            return True
        self._desk.accept_photo(visit, self._portrait(capture))
        self.tally.photos += 1
        self._close(card, Outcome.DONE)
        return True

    def _portrait_of(self, visit: str) -> Capture | None:
        part = self._seeds.get(visit)
        person = Person.random(part.seed if part else self._rng.randrange(1 << 30))
        try:
            if part is not None and part.restless:
                self._stage.sit(person, yaw=20.0)
                self._camera.take_portrait(3)
            self._stage.sit(person)
            return self._camera.take_portrait(_PORTRAIT_TRIES)
        except KioskError as error:
            self._said(f"no photo: {error.code}")
            return None
        finally:
            self._stage.clear()

    def _portrait(self, capture: Capture) -> Portrait:
        height, width = capture.crop.shape[:2]
        return Portrait(
            picture=capture.picture,
            media_type=capture.media_type,
            width=width,
            height=height,
            measurements={**capture.assessment.measurements, **as_evidence(capture.assessment.components)},
            verdicts=capture.assessment.verdicts,
            models=self._models,
            automatic=True,
            practice=True,
        )

    def _close(self, card: VisitCard, outcome: Outcome, reason: str = "") -> None:
        self._desk.finish(card.visit.id, outcome, reason)
        self.tally.completed += 1
        self._said(f"{card.visit.number} {outcome.value}")

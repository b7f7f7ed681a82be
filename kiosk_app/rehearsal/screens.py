"""A rehearsed day through the real screens: practice people before the camera, touches on the real widgets."""

import time
from collections.abc import Callable, Sequence

from kiosk_app.booth.flow import Screen
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.rehearsal.cast import Manner, Part, in_groups
from kiosk_app.rehearsal.hands import Hands
from kiosk_app.rehearsal.shots import Shots
from kiosk_app.rehearsal.summary import Tally
from kiosk_app.ui.window import KioskWindow

_GROUP = 6
_SETTLE_MS = 120
_LANGUAGES = ("id", "en", "zh")
_END_SCREENS = (Screen.TICKET, Screen.TURNED_AWAY)


class ScreenDay:
    """One window, one officer. `reason_of_last` tells why the last person was turned away (the screen's own record)."""

    def __init__(
        self,
        window: KioskWindow,
        stage: Stage,
        shots: Shots,
        officer: tuple[str, str],
        reason_of_last: Callable[[], str],
        said: Callable[[str], None],
    ) -> None:
        self._hands = Hands(window)
        self._stage = stage
        self._shots = shots
        self._officer, self._pin = officer
        self._reason_of_last = reason_of_last
        self._said = said
        self._waiting: list[Part] = []
        self._came = 0
        self.tally = Tally()

    def play(self, parts: Sequence[Part], between: Callable[[int], None]) -> Tally:
        """The whole day; `between(n)` is called after each group with how many have come."""
        self._hands.wait_for(Screen.ATTRACT)
        self._shots.take("attract")
        for group in in_groups(parts, _GROUP):
            for part in group:
                self._check_in(part)
            between(self._came)
            self._officer_round()
        return self.tally

    @property
    def _language(self) -> str:
        """The language of whoever is there now: one after the other."""
        return _LANGUAGES[self._came % len(_LANGUAGES)]

    def _check_in(self, part: Part) -> None:
        hands = self._hands
        started = time.monotonic()
        match part.manner:
            case Manner.HOLDS_CODE:
                self._hold_code(part)
            case Manner.TYPES_NUMBER:
                self._to_scan_screen()
                hands.tap_to("scan.type", Screen.TYPE_CODE)
                hands.type_on("type.keys.digits", part.text)
                self._look_at("type-code")
                hands.tap("type.check")
            case Manner.PRIORITY_WITHOUT_CODE | Manner.WITHOUT_CODE:
                self._to_scan_screen()
                hands.tap_to("scan.no_code", Screen.NO_CODE)
                self._look_at("no-code")
                hands.tap("no_code.yes" if part.manner is Manner.PRIORITY_WITHOUT_CODE else "no_code.no")
        self._confirm()
        self.tally.checkin_seconds.append(time.monotonic() - started)
        self._leave(part)
        self._came += 1

    def _hold_code(self, part: Part) -> None:
        self._stage.hold_code(part.text, Person.random(part.seed))
        came = self._hands.wait_for(Screen.CONFIRM, Screen.SCAN, *_END_SCREENS)
        if came is Screen.SCAN:  # none of ours: the screen asks for another one
            self._look_at("scan-foreign-code")
            self._stage.clear()
            self._hands.tap_to("scan.no_other", Screen.TURNED_AWAY)
        self._stage.clear()

    def _to_scan_screen(self) -> None:
        self._hands.tap_to("attract.start", Screen.LANGUAGE)
        self._look_at("language")
        self._hands.tap_to(f"language.{self._language}", Screen.SCAN)
        self._hands.wait(self._hands.sees_picture, "the camera's picture")
        self._look_at("scan")

    def _confirm(self) -> None:
        came = self._hands.wait_for(Screen.CONFIRM, *_END_SCREENS)
        if came is not Screen.CONFIRM:
            return
        self._hands.tap(f"footer.lang.{self._language}")
        self._look_at(f"confirm-{self._language}")
        self._hands.tap_to("confirm.yes", *_END_SCREENS)

    def _leave(self, part: Part) -> None:
        if self._hands.screen is Screen.TICKET:
            self._hands.look(200)  # the QR code follows the number
            self._look_at(
                "ticket-walk-in" if part.manner is Manner.PRIORITY_WITHOUT_CODE else f"ticket-{self._language}"
            )
            self._waiting.append(part)
            self.tally.arrived += 1
            self._said(f"person {self._came + 1}: has a number")
            self._hands.tap_to("ticket.done", Screen.ATTRACT)
        else:
            reason = self._reason_of_last()
            self._look_at(f"turned-away-{reason}")
            self.tally.turned_away[reason] += 1
            self._said(f"person {self._came + 1}: turned away, {reason}")
            self._hands.tap_to("away.done", Screen.ATTRACT)

    def _officer_round(self) -> None:
        hands = self._hands
        hands.hold("status.brand", Screen.LOGIN)
        self._look_at("officer-login")
        for digit in self._officer:
            hands.tap(f"login.id.{digit}")
        hands.tap("login.next")
        self._look_at("officer-pin")
        for digit in self._pin:
            hands.tap(f"login.key.{digit}")
        hands.wait_for(Screen.QUEUE)
        hands.look(200)
        self._look_at("officer-queue")
        while self._waiting:
            self._serve(self._waiting.pop(0))
        hands.tap_to("officer.sync", Screen.SYNC)
        hands.look(200)
        self._look_at("sync-status")
        hands.tap_to("officer.logout", Screen.ATTRACT)

    def _serve(self, part: Part) -> None:
        """Whoever is called; which face sits down does not matter to the records, so the order of the parts does."""
        hands = self._hands
        if hands.screen is not Screen.DOCUMENTS:
            hands.tap_to("queue.next", Screen.DOCUMENTS)
        self._tick_documents()
        self._look_at("officer-documents")
        hands.tap_to("documents.done", Screen.PHOTO)
        self._take_photo(part)
        hands.tap_to("review.use", Screen.DONE)
        self._look_at("officer-outcome")
        hands.tap("done.done")
        hands.wait(lambda: hands.can_tap("done.next"), "the recorded outcome")
        self._look_at("officer-done")
        self.tally.photos += 1
        self.tally.completed += 1
        self._said(f"served {self.tally.completed}")
        if self._waiting:
            hands.tap_to("done.next", Screen.DOCUMENTS)
        else:
            hands.tap_to("done.queue", Screen.QUEUE)

    def _tick_documents(self) -> None:
        for name in self._hands.names_beginning("documents.doc."):
            self._hands.tap(name)

    def _take_photo(self, part: Part) -> None:
        hands, stage = self._hands, self._stage
        person = Person.random(part.seed)
        stage.sit(person, yaw=22.0 if part.restless else 0.0, dx=6.0 if part.restless else 0.0)
        if part.restless:
            hands.wait(hands.sees_picture, "the camera's picture")
            hands.look(1200)  # an advice comes once it is steady
            self._look_at("photo-advice")
        stage.sit(person)
        hands.wait(lambda: hands.says("photo.advice", "photo.hold") or hands.screen is Screen.REVIEW, "a good pose")
        if hands.screen is Screen.PHOTO:
            self._shots.take("photo-good")
        hands.wait_for(Screen.REVIEW, seconds=30.0)
        stage.clear()
        hands.look(_SETTLE_MS)
        self._look_at("photo-review")

    def _look_at(self, name: str) -> None:
        self._hands.look(_SETTLE_MS)
        self._shots.take(name)

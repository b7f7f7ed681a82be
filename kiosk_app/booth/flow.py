"""The way through the screens as a table: which event leads from which screen to which.

No screen knows another one. An event that has no row for the current screen is ignored: a touch that comes too late, a code
that is held up while a ticket is shown.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Screen(StrEnum):
    ATTRACT = "attract"
    LANGUAGE = "language"
    SCAN = "scan"
    TYPE_CODE = "type_code"
    NO_CODE = "no_code"
    CONFIRM = "confirm"
    BIRTH_DATE = "birth_date"
    TICKET = "ticket"
    TURNED_AWAY = "turned_away"
    HELP = "help"
    TROUBLE = "trouble"
    LOGIN = "login"
    QUEUE = "queue"
    DOCUMENTS = "documents"
    PHOTO = "photo"
    REVIEW = "review"
    DONE = "done"
    SYNC = "sync"


class Event(StrEnum):
    TOUCHED = "touched"
    LANGUAGE_CHOSEN = "language_chosen"
    WANTS_TYPING = "wants_typing"
    WANTS_NO_CODE = "wants_no_code"
    FOREIGN_CODE = "foreign_code"  # a QR code that is none of ours: the scan screen says so
    CODE_UNREAD = "code_unread"  # a code is in view and cannot be read: the scan screen says what would help
    ADMISSIBLE = "admissible"
    ALREADY_HERE = "already_here"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    BIRTH_DATE_ASKED = "birth_date_asked"
    ADMITTED = "admitted"
    DENIED = "denied"
    WANTS_HELP = "wants_help"
    FAILED = "failed"
    BACK = "back"
    FINISHED = "finished"
    IDLE = "idle"
    OFFICER_GESTURE = "officer_gesture"
    LOGGED_IN = "logged_in"
    LOGGED_OUT = "logged_out"
    CALLED = "called"
    DOCUMENTS_CHECKED = "documents_checked"
    CAPTURED = "captured"
    RETAKE = "retake"
    PHOTO_ACCEPTED = "photo_accepted"
    VISIT_FINISHED = "visit_finished"
    QUEUE_WANTED = "queue_wanted"
    SYNC_WANTED = "sync_wanted"


_CODE_SCREENS = (Screen.ATTRACT, Screen.LANGUAGE, Screen.SCAN, Screen.TYPE_CODE, Screen.NO_CODE)
_APPLICANT = (
    Screen.LANGUAGE, Screen.SCAN, Screen.TYPE_CODE, Screen.NO_CODE, Screen.CONFIRM, Screen.BIRTH_DATE, Screen.TICKET,
    Screen.TURNED_AWAY, Screen.HELP,
)  # fmt: skip
OFFICER_SCREENS = frozenset({Screen.QUEUE, Screen.DOCUMENTS, Screen.PHOTO, Screen.REVIEW, Screen.DONE, Screen.SYNC})
# On these the camera looks for codes; on PHOTO it looks for a face; elsewhere it rests.
SCANNING_SCREENS = frozenset({Screen.ATTRACT, Screen.LANGUAGE, Screen.SCAN, Screen.TYPE_CODE, Screen.NO_CODE})

TABLE: dict[tuple[Screen, Event], Screen] = {
    (Screen.ATTRACT, Event.TOUCHED): Screen.LANGUAGE,
    (Screen.LANGUAGE, Event.LANGUAGE_CHOSEN): Screen.SCAN,
    (Screen.ATTRACT, Event.FOREIGN_CODE): Screen.SCAN,
    (Screen.ATTRACT, Event.CODE_UNREAD): Screen.SCAN,
    (Screen.LANGUAGE, Event.FOREIGN_CODE): Screen.SCAN,
    (Screen.SCAN, Event.WANTS_TYPING): Screen.TYPE_CODE,
    (Screen.SCAN, Event.WANTS_NO_CODE): Screen.NO_CODE,
    (Screen.TYPE_CODE, Event.WANTS_NO_CODE): Screen.NO_CODE,
    (Screen.TURNED_AWAY, Event.WANTS_TYPING): Screen.TYPE_CODE,
    **{(screen, Event.ADMISSIBLE): Screen.CONFIRM for screen in _CODE_SCREENS},
    **{(screen, Event.ALREADY_HERE): Screen.TICKET for screen in _CODE_SCREENS},
    **{(screen, Event.REFUSED): Screen.TURNED_AWAY for screen in _CODE_SCREENS},
    (Screen.NO_CODE, Event.ADMITTED): Screen.TICKET,
    (Screen.CONFIRM, Event.BIRTH_DATE_ASKED): Screen.BIRTH_DATE,
    (Screen.CONFIRM, Event.ADMITTED): Screen.TICKET,
    (Screen.CONFIRM, Event.DENIED): Screen.SCAN,
    (Screen.BIRTH_DATE, Event.ADMITTED): Screen.TICKET,
    **{
        (screen, Event.WANTS_HELP): Screen.HELP for screen in (Screen.ATTRACT, *_APPLICANT) if screen is not Screen.HELP
    },
    **{(screen, Event.FINISHED): Screen.ATTRACT for screen in (*_APPLICANT, Screen.TROUBLE)},
    **{(screen, Event.IDLE): Screen.ATTRACT for screen in (*_APPLICANT, Screen.TROUBLE, Screen.LOGIN)},
    **{(screen, Event.FAILED): Screen.TROUBLE for screen in (Screen.ATTRACT, *_APPLICANT)},
    **{(screen, Event.OFFICER_GESTURE): Screen.LOGIN for screen in (Screen.ATTRACT, *_APPLICANT, Screen.TROUBLE)},
    (Screen.LOGIN, Event.LOGGED_IN): Screen.QUEUE,
    (Screen.LOGIN, Event.FINISHED): Screen.ATTRACT,
    (Screen.QUEUE, Event.CALLED): Screen.DOCUMENTS,
    (Screen.DOCUMENTS, Event.DOCUMENTS_CHECKED): Screen.PHOTO,
    (Screen.DOCUMENTS, Event.VISIT_FINISHED): Screen.DONE,
    (Screen.PHOTO, Event.CAPTURED): Screen.REVIEW,
    (Screen.PHOTO, Event.VISIT_FINISHED): Screen.DONE,
    (Screen.REVIEW, Event.RETAKE): Screen.PHOTO,
    (Screen.REVIEW, Event.PHOTO_ACCEPTED): Screen.DONE,
    (Screen.DONE, Event.CALLED): Screen.DOCUMENTS,
    **{(screen, Event.QUEUE_WANTED): Screen.QUEUE for screen in OFFICER_SCREENS if screen is not Screen.QUEUE},
    (Screen.QUEUE, Event.SYNC_WANTED): Screen.SYNC,
    **{(screen, Event.LOGGED_OUT): Screen.ATTRACT for screen in OFFICER_SCREENS},
}
# Where "back" leads to the screen before; a confirmed step can never be gone back into.
_BACK_FROM = frozenset(
    {
        Screen.LANGUAGE,
        Screen.SCAN,
        Screen.TYPE_CODE,
        Screen.NO_CODE,
        Screen.HELP,
        Screen.LOGIN,
        Screen.PHOTO,
        Screen.SYNC,
    }
)
_FORGETS = frozenset({Screen.ATTRACT, Screen.TICKET, Screen.TURNED_AWAY, Screen.QUEUE, Screen.DONE, Screen.TROUBLE})


@dataclass(slots=True)
class Flow:
    """Where the person stands, and the way back."""

    screen: Screen = Screen.ATTRACT
    trail: list[Screen] = field(default_factory=list)

    def allows(self, event: Event) -> bool:
        """Whether the event has a meaning on this screen."""
        if event is Event.BACK:
            return self.screen in _BACK_FROM and bool(self.trail)
        return (self.screen, event) in TABLE

    def handle(self, event: Event) -> bool:
        """Follows the event; False, and nothing changes, where it has no row."""
        if not self.allows(event):
            return False
        if event is Event.BACK:
            self.screen = self.trail.pop()
            return True
        target = TABLE[self.screen, event]
        if target in _FORGETS:
            self.trail.clear()
        elif target in self.trail:  # going on to a screen of the way here is going back to it: "back" must not circle
            del self.trail[self.trail.index(target) :]
        elif event is not Event.DENIED:  # what somebody said is not theirs is no place to go back to
            self.trail.append(self.screen)
        self.screen = target
        return True

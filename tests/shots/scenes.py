"""Every screen in the state in which it has most to say, reached as people reach it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from kiosk_app.booth.admission import Appointment, TurnAway
from kiosk_app.booth.bookings import Booking, BookingFlag
from kiosk_app.booth.facts import CodeKind, Reason
from kiosk_app.booth.flow import Event
from kiosk_app.booth.portrait_rules import RULES
from kiosk_app.booth.profile import Place, Service
from kiosk_app.camera.preview import Previews, PreviewSize
from kiosk_app.errors import KioskError
from kiosk_app.ui.services import CaptureView, LiveView, PreviewImage, SyncView
from tests import memory
from tests.shots.faces import Picture, jpeg, portrait, scene
from tests.ui.rig import Rig

ONLINE = SyncView(
    step="ok", acked=128, last_contact=memory.NINE - timedelta(minutes=2), roster_read_at=memory.NINE - timedelta(minutes=9),
    lanes={"records": "idle", "photos": "idle", "pulls": "idle"},
    ladder=dict.fromkeys(("link", "dns", "portal", "tls", "clock", "office"), "ok"),
)  # fmt: skip
OFFLINE = SyncView(
    step="portal", waiting=17, blobs_waiting=4, quarantined=1, acked=111, last_contact=memory.NINE - timedelta(minutes=48),
    roster_read_at=memory.NINE - timedelta(hours=1), next_try_at=memory.NINE + timedelta(minutes=3),
    lanes={"records": "waiting", "photos": "waiting", "pulls": "waiting"}, clock="behind",
    ladder={"link": "ok", "dns": "ok", "portal": "broken", "tls": "unknown", "clock": "unknown", "office": "unknown"},
)  # fmt: skip
PROFILE = memory.profile(
    places=(
        Place("ptc", 1, "PTC Mall", "Jl. R. Soekamto, Palembang"),
        Place("icon", 2, "Palembang Icon", "Jl. POM IX, Palembang"),
        Place("office", 3, "Kantor Imigrasi Palembang"),
    ),
    override_reasons=("override.child", "override.medical", "override.light", "override.equipment"),
    incomplete_reasons=("incomplete.documents", "incomplete.parent", "incomplete.data"),
    office_hours="Senin-Jumat 07.30-16.00 WIB",
)
NUMBER = "1671000000000042"
PASS = dict.fromkeys(RULES, "pass")


def show_picture(rig: Rig, picture: Picture) -> None:
    """One frame of the camera, made to the size that was asked for as the camera wing makes it."""
    width, height, mirrored = next(size for size in reversed(rig.camera.sizes) if size[0])
    made = Previews().make(picture, PreviewSize(width, height, mirrored))
    rig.bridge.offer_preview(PreviewImage(made.data.cast("B"), made.shape[1], made.shape[0], made.strides[0]))
    rig.settle()


def attract(rig: Rig) -> None:
    rig.settle()


def attract_offline(rig: Rig) -> None:
    rig.bridge.syncChanged.emit(OFFLINE)
    rig.settle()


def language(rig: Rig) -> None:
    rig.press("attract.start")


def scan(rig: Rig) -> None:
    rig.window.controller.way.go(Event.TOUCHED)
    rig.window.controller.way.go(Event.LANGUAGE_CHOSEN)
    rig.settle()
    show_picture(rig, scene("phone"))


def scan_foreign(rig: Rig) -> None:
    scan(rig)
    rig.see("https://mall.example/wifi")


def scan_unread(rig: Rig) -> None:
    scan(rig)
    rig.bridge.codeAdvice.emit("tilt")
    rig.settle()


def scan_no_camera(rig: Rig) -> None:
    scan(rig)
    rig.bridge.cameraFault.emit("camera-missing")
    rig.settle()


def type_code(rig: Rig) -> None:
    scan(rig)
    rig.press("scan.type")
    rig.keys("type.keys.digits", NUMBER[:10])


def type_letters(rig: Rig) -> None:
    type_code(rig)
    rig.keys("type.keys.digits", "x")
    rig.press("type.letters")
    rig.keys("type.keys.letters", "ABCDEFG")


def no_code(rig: Rig) -> None:
    scan(rig)
    rig.press("scan.no_code")


def confirm(rig: Rig) -> None:
    rig.see(rig.roster.bookings[0].number)


def confirm_late(rig: Rig) -> None:
    rig.clock.forward(minutes=90)
    rig.see(rig.roster.bookings[0].number)


def birth_date(rig: Rig) -> None:
    confirm(rig)
    rig.window.controller.way.go(Event.BIRTH_DATE_ASKED)
    rig.keys("birth.keys", "170819")


def ticket(rig: Rig) -> None:
    confirm(rig)
    rig.press("confirm.yes")
    rig.window.controller.idle.tick()


def ticket_offline(rig: Rig) -> None:
    rig.bridge.syncChanged.emit(OFFLINE)
    rig.roster.pulled = None
    rig.see("1671000000009999")
    rig.press("confirm.yes")
    rig.window.controller.idle.tick()


def away(reason: Reason, later: timedelta = timedelta(), place: str = "icon") -> Callable[[Rig], None]:
    """The screen of one reason."""

    def show(rig: Rig) -> None:
        slot = memory.NINE + later
        appointment = (
            Appointment(place, slot, "renew")
            if reason not in (Reason.UNKNOWN, Reason.NO_BOOKING, Reason.QUOTA)
            else None
        )
        decision = TurnAway(reason, CodeKind.NUMBER, appointment, None, slot - timedelta(minutes=30))
        rig.window.controller.check_in._refuse(decision)
        rig.settle()

    return show


def help_called(rig: Rig) -> None:
    rig.press("footer.help")


def trouble(rig: Rig) -> None:
    rig.journal.broken = KioskError("store-full", "The disk is full.", "Call the technician.")
    confirm(rig)
    rig.press("confirm.yes")


def idle_warning(rig: Rig) -> None:
    confirm(rig)
    rig.clock.forward(seconds=67)
    rig.window.controller.idle.tick()


def login(rig: Rig) -> None:
    rig.window.controller.officer_wanted()
    for digit in "1001":
        rig.press(f"login.id.{digit}")


def login_wrong(rig: Rig) -> None:
    rig.log_in(pin="000000")


MORNING: tuple[tuple[str, str, frozenset[BookingFlag]], ...] = (
    ("Siti Rahmawati", "new", frozenset({BookingFlag.UMRAH, BookingFlag.UNPAID})),
    ("Suharto", "renew", frozenset()),
    ("Kgs. Muhammad Nu'man", "renew", frozenset({BookingFlag.EXPRESS})),
    ("Ayu Lestari Wulandari", "new", frozenset({BookingFlag.MINOR})),
    ("Budi Santoso", "new", frozenset()),
    ("Msy. Dewi Anggraini", "renew", frozenset()),
)


def fill(rig: Rig) -> None:
    """A morning's arrivals. A test that brought its own booking keeps it as the first."""
    own = rig.roster.bookings[0]
    rig.roster.bookings = [
        memory.booking(
            id="AAAAAAAAAA" + "ABCDEFGH"[number],
            number=f"16710000000000{number:02d}",
            person=f"p{number}",
            name=name,
            service=service,
            flags=flags,
        )
        for number, (name, service, flags) in enumerate(MORNING)
    ]
    if own.name != memory.booking().name:
        rig.roster.bookings[0] = own
    reception = rig.services.reception
    for booking in rig.roster.bookings:
        arrive(rig, booking)
        rig.clock.forward(minutes=4)
    decision = reception.look_without_code(True)
    reception.admit(decision)  # type: ignore[arg-type]
    rig.clock.forward(minutes=3)


def arrive(rig: Rig, booking: Booking) -> None:
    """One applicant gets a number."""
    decision = rig.services.reception.look(booking.number)
    rig.services.reception.admit(decision)  # type: ignore[arg-type]


def queue(rig: Rig) -> None:
    fill(rig)
    desk = rig.make_desk(rig.officers.log_in("1001", "246810"))
    first = desk.call_next()
    second = desk.call_next()
    assert first is not None
    assert second is not None
    desk.miss(first.visit.id)
    rig.log_in()
    rig.settle()


def documents(rig: Rig) -> None:
    fill(rig)
    rig.log_in()
    rig.press("queue.row.A001")
    rig.press("documents.doc.ktp")


def crowd(rig: Rig) -> None:
    """The longest name, the most papers and every flag at once."""
    papers = ("doc.ktp", "doc.kk", "doc.birth", "doc.old", "doc.parent", "doc.parent_ktp", "doc.statement")
    child = Service("child", 4, "type.child", True, papers, papers[-2:])
    rig.profile.value = replace(rig.profile.value, services=(*rig.profile.value.services, child))
    name = "Muhammad Abdurrahman Kusumawardhana bin Haji Sulaiman Al Palimbani"
    rig.roster.bookings = [memory.booking(name=name, service="child", flags=frozenset(BookingFlag))]


def ticket_crowded(rig: Rig) -> None:
    crowd(rig)
    ticket(rig)


def documents_crowded(rig: Rig) -> None:
    crowd(rig)
    arrive(rig, rig.roster.bookings[0])
    rig.log_in()
    rig.press("queue.next")


def outcomes(rig: Rig) -> None:
    documents(rig)
    rig.press("documents.incomplete")


def photo(rig: Rig) -> None:
    documents(rig)
    rig.press("documents.done")
    show_picture(rig, scene("turned"))
    verdicts = {**PASS, "pose": "advice", "background": "officer"}
    for at in (0.0, 0.4, 2.0):
        rig.bridge.liveSeen.emit(LiveView(1, {"yaw_deg": 18.0, "pitch_deg": 4.0, "roll_deg": 0.0}, verdicts, False, at))
    rig.settle()


def photo_ready(rig: Rig) -> None:
    documents(rig)
    rig.press("documents.done")
    show_picture(rig, scene("straight"))
    rig.bridge.liveSeen.emit(LiveView(1, {}, PASS, True, 10.0))
    rig.settle()


def photo_fault(rig: Rig) -> None:
    documents(rig)
    rig.press("documents.done")
    rig.bridge.cameraFault.emit("camera-frozen")
    rig.settle()


def captured(rig: Rig, verdicts: dict[str, str], picture: Picture) -> None:
    """The camera took this picture."""
    good = "advice" not in verdicts.values()
    height, width = picture.shape[:2]
    shown = jpeg(picture)
    rig.press("photo.capture")
    rig.bridge.captured.emit(CaptureView(shown, width, height, {}, verdicts, {"face": "x"}, good, shown, "image/jpeg"))
    rig.settle()


def review(rig: Rig) -> None:
    photo_ready(rig)
    captured(rig, PASS, portrait("straight"))


def review_reason(rig: Rig) -> None:
    photo_ready(rig)
    captured(rig, {**PASS, "glasses": "officer", "pose": "advice"}, portrait("turned"))
    rig.press("review.use")


def done_choice(rig: Rig) -> None:
    review(rig)
    rig.press("review.use")


def done(rig: Rig) -> None:
    done_choice(rig)
    rig.press("done.done")


def sync(rig: Rig) -> None:
    rig.bridge.syncChanged.emit(OFFLINE)
    rig.log_in()
    rig.press("officer.sync")


def sync_online(rig: Rig) -> None:
    rig.bridge.syncChanged.emit(ONLINE)
    rig.log_in()
    rig.press("officer.sync")


SCENES: dict[str, Callable[[Rig], None]] = {
    "attract": attract, "attract_offline": attract_offline, "language": language, "scan": scan, "scan_foreign": scan_foreign,
    "scan_unread": scan_unread, "scan_no_camera": scan_no_camera, "type_code": type_code, "type_letters": type_letters, "no_code": no_code,
    "confirm": confirm, "confirm_late": confirm_late, "birth_date": birth_date, "ticket": ticket, "ticket_offline": ticket_offline,
    "ticket_crowded": ticket_crowded, "documents_crowded": documents_crowded,
    "away_unknown": away(Reason.UNKNOWN), "away_early": away(Reason.EARLY, timedelta(hours=2), "ptc"),
    "away_other_day": away(Reason.EARLY, timedelta(days=3), "ptc"), "away_wrong_place": away(Reason.WRONG_PLACE, timedelta(hours=3)),
    "away_office_only": away(Reason.OFFICE_ONLY), "away_cancelled": away(Reason.CANCELLED), "away_no_booking": away(Reason.NO_BOOKING),
    "away_quota": away(Reason.QUOTA), "help": help_called, "trouble": trouble, "idle_warning": idle_warning, "login": login,
    "login_wrong": login_wrong, "queue": queue, "documents": documents, "outcomes": outcomes, "photo": photo,
    "photo_ready": photo_ready, "photo_fault": photo_fault, "review": review, "review_reason": review_reason,
    "done_choice": done_choice, "done": done, "sync": sync, "sync_online": sync_online,
}  # fmt: skip

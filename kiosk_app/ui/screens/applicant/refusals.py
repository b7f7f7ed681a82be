"""The words for each reason of turning somebody away, with the where and the when of the booking."""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk_app.booth.admission import TurnAway
from kiosk_app.booth.facts import Reason
from kiosk_app.booth.profile import Place, Profile
from kiosk_app.ui.i18n import Translator


@dataclass(frozen=True, slots=True)
class Refusal:
    """Ready texts; "" where there is nothing to say. `where` and `when` are shown large."""

    title: str = ""
    text: str = ""
    next: str = ""
    where_label: str = ""
    where: str = ""
    when_label: str = ""
    when: str = ""
    icon: str = "info"


_ICONS = {
    Reason.UNKNOWN: "search",
    Reason.EARLY: "clock",
    Reason.WRONG_PLACE: "map-pin",
    Reason.OFFICE_ONLY: "building-2",
    Reason.CANCELLED: "calendar-x",
    Reason.NO_BOOKING: "calendar",
    Reason.QUOTA: "users-round",
}


def explain(decision: TurnAway, profile: Profile, words: Translator, today: date) -> Refusal:
    """What to say to somebody who gets no number; `today` in the booth's zone."""
    slot = decision.appointment.slot if decision.appointment is not None else None
    kind: str = decision.reason.value
    if decision.reason is Reason.EARLY and slot is not None and slot.astimezone(profile.zone).date() != today:
        kind = "other_day"
    place = profile.place_by_id(decision.appointment.place) if decision.appointment is not None else None
    text, when_label, when = _when(kind, decision, slot, profile, words)
    where_label, where = _where(kind, place, profile, words)
    return Refusal(
        title=words.tr(f"away.{kind}.title"),
        text=text,
        next=_next(kind, slot, profile, words),
        where_label=where_label,
        where=where,
        when_label=when_label,
        when=when,
        icon=_ICONS[decision.reason],
    )


def _when(
    kind: str, decision: TurnAway, slot: datetime | None, profile: Profile, words: Translator
) -> tuple[str, str, str]:
    """The sentence below the title, and the time to be shown large with its label."""
    said, zone = words.formats, profile.zone
    match kind:
        case "early" if slot is not None and decision.return_from is not None:
            times = {"t": said.time(slot, zone), "u": said.time(decision.return_from, zone)}
            return words.tr("st.early", **times), words.tr("away.return"), said.clock(decision.return_from, zone)
        case "other_day" if slot is not None:
            day = said.long_date(slot.astimezone(zone).date())
            return words.tr("st.otherday", d=day), words.tr("away.when"), said.moment(slot, zone)
        case "wrong_place" if slot is not None:
            return "", words.tr("away.when"), said.moment(slot, zone)
        case "office_only":
            return words.tr("st.office"), words.tr("away.hours"), profile.office_hours
        case "cancelled":
            return words.tr("away.cancelled.text"), "", ""
        case "no_booking":
            return words.tr("st.nocode"), "", ""
        case "quota":
            return words.tr("st.quota"), "", ""
        case _:
            return words.tr("code.unknown"), "", ""


def _where(kind: str, place: Place | None, profile: Profile, words: Translator) -> tuple[str, str]:
    if kind == "wrong_place" and place is not None:
        return words.tr("away.place"), "\n".join(part for part in (place.name, place.address) if part)
    if kind == "office_only":
        return words.tr("away.place"), profile.office_name
    return "", ""


def _next(kind: str, slot: datetime | None, profile: Profile, words: Translator) -> str:
    if kind == "wrong_place":
        if slot is None:
            return words.tr("away.unknown.next")
        day = words.formats.long_date(slot.astimezone(profile.zone).date())
        return words.tr("away.wrong_place.next", d=day, t=words.formats.time(slot, profile.zone))
    return words.tr(f"away.{kind}.next")

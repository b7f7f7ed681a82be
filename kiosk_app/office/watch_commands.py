"""What the office's commands do that watch over booths: alarms, conflicts, the audit, walk-in slots, backups, old photos."""

import argparse
from datetime import UTC, date, datetime, time, timedelta

from kiosk_app.booth.codec import encode
from kiosk_app.errors import KioskError
from kiosk_app.office.conflicts import Choice
from kiosk_app.office.deeds import OFFICE, note_deed
from kiosk_app.office.office import Office
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.safety import backed_up_position, confirm_backup, last_position, position_to_back_up
from kiosk_app.office.terminal import say, say_json
from kiosk_app.office.watch import list_acts, list_alarms


def alarms(office: Office, args: argparse.Namespace) -> None:
    """In the order in which they were found."""
    with office.database.read() as connection:
        found = list_alarms(connection, args.booth)
    if args.json:
        say_json([encode(alarm) for alarm in found])
        return
    for alarm in found:
        what = f" record {alarm.record}" if alarm.record else ""
        said = f": {alarm.detail}" if alarm.detail else ""
        say(f"{alarm.at:%Y-%m-%d %H:%M:%S}  {alarm.booth} {alarm.seq}  {alarm.type}{what}{said}")
    say(f"{len(found)} alarms")


def conflict_list(office: Office, args: argparse.Namespace) -> None:
    """Those that wait for a decision, or all."""
    found = office.conflicts.find(everything=args.all)
    if args.json:
        say_json([encode(conflict) for conflict in found])
        return
    for one in found:
        state = f"{one.choice} by {one.officer}" if one.choice else "open"
        others = f", others: {' '.join(one.others)}" if one.others else ""
        say(f"{one.happened_at:%Y-%m-%d %H:%M:%S}  {one.booth} {one.seq}  {one.id}  {state}{others}")
    say(f"{len(found)} conflicts")


def conflict_decide(office: Office, args: argparse.Namespace) -> None:
    """Once and for good; the booth learns of it by the feed."""
    try:
        with office.database.write() as connection:
            office.conflicts.decide(connection, args.conflict, Choice(args.choice), args.officer)
    except ProblemError as error:
        raise KioskError(
            error.problem.type, error.problem.detail, "See: kiosk-app office conflicts list --all"
        ) from error
    say(f"{args.conflict}: {args.choice}, decided by {args.officer}. The booth is told.")


def audit(office: Office, args: argparse.Namespace) -> None:
    """By time, from the day that is asked for."""
    since = None
    if args.date is not None:
        with office.database.read() as connection:
            zone = office.configuration.profile(connection).zone
        since = datetime.combine(args.date, time(), zone).astimezone(UTC)
    with office.database.read() as connection:
        found = list_acts(connection, since, args.booth)
    if since is not None:
        found = [act for act in found if act.at < since + timedelta(days=1)]
    if args.json:
        say_json([encode(act) for act in found])
        return
    for act in found:
        words = " ".join(filter(None, (act.who or "-", act.what, act.ref, act.detail)))
        say(f"{act.at:%Y-%m-%d %H:%M:%S}  {act.booth or 'office'}  {words}")
    say(f"{len(found)} acts")


def quota_show(office: Office, args: argparse.Namespace) -> None:
    """What each booth of a place may still admit without a booking."""
    site, day = _place(office, args.place), args.date or _today(office)
    with office.database.read() as connection:
        slots = office.leases.capacity(connection, site, args.practice, day)
        rows = office.leases.of_day(connection, site, args.practice, day)
    lent = [
        {"booth": row.name, "letter": row.letter, "lease": row.id, "slots": row.slots, "spent": row.spent,
         "returned": row.returned}
        for row in rows
    ]  # fmt: skip
    free = max(slots - sum(row.slots for row in rows), 0)  # what is lent stays lent when a day gets fewer
    if args.json:
        say_json({"place": site, "day": day.isoformat(), "slots": slots, "free": free, "leases": lent})
        return
    say(f"{site}, {day}: {slots} walk-ins, {free} not lent")
    for row in rows:
        say(f"{row.letter} {row.name}: {row.spent} of {row.slots} spent, {row.returned} given back")


def quota_set(office: Office, args: argparse.Namespace) -> None:
    """What is lent already stays lent; more is lent at once."""
    if not 0 <= args.slots <= 10_000:
        raise KioskError("quota-slots", "A day takes 0 to 10,000 walk-ins.", "Choose another number.")
    site, day = _place(office, args.place), args.date or _today(office)
    office.leases.set_capacity(site, args.practice, day, args.slots)
    say(f"{site}, {day}: {args.slots} walk-ins.")


def backup_begin(office: Office, args: argparse.Namespace) -> None:
    """The position is the last word, for scripts."""
    say(f"Back up the database, the photos and the keys now. When that is done: backup confirm {_begin(office)}")


def backup_confirm(office: Office, args: argparse.Namespace) -> None:
    """From now on booths keep what no backup holds."""
    safe = confirm_backup(office.database, args.position)
    with office.database.write(()) as connection:
        note_deed(connection, OFFICE, "confirm-backup", str(args.position), office.clock.now())
    say(f"Booths may erase what the office holds up to {safe}.")


def backup_show(office: Office, args: argparse.Namespace) -> None:
    """How far the last backup goes."""
    with office.database.read() as connection:
        safe, last = backed_up_position(connection), last_position(connection)
    if args.json:
        say_json({"backed_up": safe, "last": last})
    elif safe is None:
        say(f"No backup was ever confirmed: booths erase what this one disk holds (up to {last}).")
    else:
        say(f"Backed up to {safe} of {last}.")


def sweep(office: Office, args: argparse.Namespace) -> None:
    """What a running server does by itself every hour."""
    swept = office.sweeper.sweep()
    if args.json:
        say_json(encode(swept))
    else:
        say(
            f"{swept.adopted} photos entered, {swept.orphans} that no record names and {swept.parts} unfinished ones erased."
        )


def _begin(office: Office) -> int:
    return position_to_back_up(office.database)


def _today(office: Office) -> date:
    with office.database.read() as connection:
        zone = office.configuration.profile(connection).zone
    return office.clock.now().astimezone(zone).date()


def _place(office: Office, given: str) -> str:
    with office.database.read() as connection:
        return office.configuration.profile(connection, given).place

"""First come, first served between booths that are online: a claim holds a booking for one arrival.

Real and practice booths do not see each other's: practice neither holds a booking against a real arrival nor frees one.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select

from kiosk_app.clock import Clock
from kiosk_app.contract.messages import ClaimRequest, ClaimResponse
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.tables import bookings, checkins, claims, devices

# A booth that claims and then fails before its arrival is recorded must not hold the booking for ever.
CLAIM_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ClaimDesk:
    """Gives a booking to the first booth that asks."""

    database: OfficeDatabase
    clock: Clock

    def claim(self, device: Device, booking_id: str, request: ClaimRequest) -> ClaimResponse:
        """The claim, new or the caller's own; raises ProblemError 404 `booking-unknown` or 409 `already-checked-in`."""
        now = self.clock.now()
        with self.database.write() as connection:
            site = connection.execute(select(bookings.c.site).where(bookings.c.id == booking_id)).scalar_one_or_none()
            if site != device.site:
                raise ProblemError(404, "booking-unknown", "No such booking at this place.")
            held = connection.execute(
                select(claims, devices.c.name, devices.c.letter, devices.c.practice)
                .join(devices, devices.c.id == claims.c.device_id)
                .where(claims.c.booking_id == booking_id)
            ).one_or_none()
            if held is not None and held.record_id == request.record_id:
                return ClaimResponse(record_id=held.record_id, claimed_at=held.at)
            apart = held is not None and held.practice != device.practice
            arrived = connection.execute(
                select(checkins.c.happened_at.label("at"), devices.c.name, devices.c.letter)
                .join(devices, devices.c.id == checkins.c.device_id)
                .where(
                    checkins.c.booking_id == booking_id,
                    checkins.c.record_id != request.record_id,
                    devices.c.practice == device.practice,
                )
                .order_by(checkins.c.happened_at)
            ).first()
            first = arrived or (held if held is not None and not apart and held.at + CLAIM_LIFE > now else None)
            if first is not None:
                when = first.at.strftime("%Y-%m-%dT%H:%M:%SZ")
                raise ProblemError(
                    409, "already-checked-in", f"By booth {first.letter} ({first.name[:100]}) at {when}."
                )
            if not (apart and device.practice):  # a real booth's claim stays where practice asks for the same booking
                connection.execute(delete(claims).where(claims.c.booking_id == booking_id))
                row = {"booking_id": booking_id, "record_id": request.record_id, "device_id": device.id, "at": now}
                connection.execute(insert(claims).values(row))
        return ClaimResponse(record_id=request.record_id, claimed_at=now)

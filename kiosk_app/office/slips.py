"""The office's confirmation slip: the signed code of a booking on one page, with where, when, what for and what to bring.

It says no more about the person than a masked name: no NIK, no birth date, no application number. The code is printed
50 mm wide with its quiet zone: a camera at 12 to 40 cm reads it from 40 mm on.
"""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.people import mask_name
from kiosk_app.booth.profile import Profile
from kiosk_app.errors import KioskError
from kiosk_app.office.slip_page import MODULE_PX, QUIET_ZONE, Facts, draw_page
from kiosk_app.office.slip_pen import DPI

_QR_VERSION = 6  # 134 characters of the alphanumeric mode at level M
_JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Slip:
    """A page, RGB at 300 dots an inch, of the booking `id`."""

    id: str
    page: Image.Image

    def png(self) -> bytes:
        """The page as a picture that knows its size on paper."""
        target = io.BytesIO()
        self.page.quantize(128, dither=Image.Dither.NONE).save(target, "PNG", dpi=(DPI, DPI))
        return target.getvalue()

    def pdf(self) -> bytes:
        """The page as a PDF of A5 size. Full colour resolution: the code's edges stay sharp."""
        target = io.BytesIO()
        self.page.save(
            target, "PDF", resolution=DPI, quality=_JPEG_QUALITY, subsampling=0, title=self.id, producer="kiosk-app"
        )
        return target.getvalue()


def make_slip(booking: Booking, code: str, profile: Profile, issued_at: datetime) -> Slip:
    """The slip of a booking whose signed code is `code`.

    Raises KioskError for a booking that no longer stands, or of a place or service that the profile does not know.
    """
    if booking.status is not BookingStatus.BOOKED:
        raise KioskError(
            "booking-not-standing",
            f"Booking {booking.id} has been cancelled or moved: a slip would be turned away.",
            "Put the booking back by an import first.",
        )
    place, service = profile.place_by_id(booking.place), profile.service(booking.service)
    if place is None or service is None:
        raise KioskError(
            "booking-outside-profile", "The profile does not know this booking's place or service.", "Publish it first."
        )
    slot = booking.slot.astimezone(profile.zone)
    return Slip(
        booking.id,
        draw_page(
            Facts(
                booking_id=booking.id,
                modules=qr_of(code),
                ministry=profile.ministry_name,
                office=profile.office_name,
                slot=slot,
                opens=slot - timedelta(minutes=profile.admission.early_minutes),
                place=place,
                service=service,
                documents=service.documents,
                name=mask_name(booking.name),
                issued=issued_at.astimezone(profile.zone),
            )
        ),
    )


def qr_of(code: str) -> list[list[bool]]:
    """The dark modules of a signed code, rows first, with its quiet zone: version 6-M, 41 modules."""
    made = qrcode.QRCode(_QR_VERSION, ERROR_CORRECT_M, box_size=MODULE_PX, border=QUIET_ZONE)
    made.add_data(
        code, optimize=0
    )  # one segment, in the alphanumeric mode that its alphabet allows; no other would fit
    made.make(fit=False)
    return [[bool(module) for module in row] for row in made.get_matrix()]

"""The office's signed booking codes: what stands in the QR of its own confirmation slips."""

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codes import SignedCode, encode_signed, pack_body, signing_input
from kiosk_app.booth.profile import Profile
from kiosk_app.errors import KioskError
from kiosk_app.office.keys import CODE_KEY_ID, OfficeKeys


def issue_code(booking: Booking, profile: Profile, keys: OfficeKeys) -> str:
    """The text of a booking's QR code; it says where, when and for what, and nothing about the person.

    Raises KioskError for a booking of a place or service that the profile does not know.
    """
    place, service = profile.place_by_id(booking.place), profile.service(booking.service)
    if place is None or service is None:
        raise KioskError(
            "booking-outside-profile", "The profile does not know this booking's place or service.", "Publish it first."
        )
    body = pack_body(SignedCode(CODE_KEY_ID, booking.id, place.code, booking.slot, service.code))
    return encode_signed(body, keys.codes.sign(signing_input(body)))

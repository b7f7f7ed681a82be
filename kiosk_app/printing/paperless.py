"""The paperless twin of the ticket: what a printer would put on paper, as a QR code to photograph from the screen."""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from kiosk_app.booth.codec import encode
from kiosk_app.booth.reception import Ticket

QrModules = tuple[tuple[bool, ...], ...]


def ticket_text(ticket: Ticket, booth_name: str) -> str:
    """What the ticket's QR says: the number, the place and the time, nothing about the person."""
    arrived = str(encode(ticket.arrived_at))
    return f"KIOSK1 {ticket.number} {arrived} {booth_name} {ticket.visit[:8]}"


def qr_modules(text: str, border: int = 0) -> QrModules:
    """The dark modules of a QR code at level M with a quiet zone of `border` modules, rows first; the screen draws its own."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=border)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


@dataclass(frozen=True, slots=True)
class PaperlessPrinter:
    """Issues every ticket on the screen only; `booth_name` stands on it."""

    booth_name: str

    def issue(self, ticket: Ticket) -> QrModules:
        """The modules of the ticket's QR code."""
        return qr_modules(ticket_text(ticket, self.booth_name))

"""How a booth comes in and proves itself, and how the office shuts it out."""

from fastapi import APIRouter, Response

from kiosk_app.contract.messages import (
    ChallengeRequest,
    ChallengeResponse,
    DeviceId,
    EnrolRequest,
    EnrolResponse,
    SealingKey,
    TokenRequest,
    TokenResponse,
)
from kiosk_app.office.office import Office
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.routes.access import Credentials
from kiosk_app.office.sessions import TOKEN_LIFE, is_admin


def router(office: Office) -> APIRouter:
    """The calls of a booth's identity."""
    routes = APIRouter(prefix="/v1/devices", tags=["devices"])

    @routes.post("/enrol", status_code=201)
    def enrol(request: EnrolRequest) -> EnrolResponse:
        """Trades a one-time code for an identity; the same code with the same key gives the same answer again."""
        device = office.devices.enrol(request)
        sealing = office.keys.sealing_key
        return EnrolResponse(
            device_id=device.id,
            name=device.name,
            letter=device.letter,
            site_id=device.site,
            practice=device.practice,
            sealing_keys=[SealingKey(id=sealing.id, public=sealing.public)],
            config_key=office.keys.config_key,
            api_bases=[],
            server_time=office.clock.now(),
        )

    @routes.post("/challenge")
    def challenge(request: ChallengeRequest) -> ChallengeResponse:
        """A nonce to sign, good once and for 60 seconds."""
        return ChallengeResponse(nonce=office.sessions.challenge(request.device_id), server_time=office.clock.now())

    @routes.post("/token")
    def token(request: TokenRequest) -> TokenResponse:
        """A token for a signed nonce."""
        text, scope = office.sessions.token(request)
        return TokenResponse(access_token=text, expires_in=int(TOKEN_LIFE.total_seconds()), scope=scope)

    @routes.post("/{device_id}/revoke", status_code=204, response_class=Response)
    def revoke(device_id: DeviceId, credentials: Credentials) -> None:
        """Shuts a booth out; asks for the office's own token."""
        if not is_admin(credentials.credentials if credentials else None, office.keys.admin_token):
            raise ProblemError(403, "office-only", "Only the office may do this.")
        if not office.devices.revoke(device_id):
            raise ProblemError(404, "device-unknown", "There is no such booth.")

    return routes

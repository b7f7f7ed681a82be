"""How a booth comes in and proves itself."""

from fastapi import APIRouter

from kiosk_app.contract.messages import (
    ChallengeRequest,
    ChallengeResponse,
    EnrolRequest,
    EnrolResponse,
    SealingKey,
    TokenRequest,
    TokenResponse,
)
from kiosk_app.office.office import Office
from kiosk_app.office.sessions import TOKEN_LIFE


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

    return routes

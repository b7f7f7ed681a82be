"""How sync is set up from a booth's settings, for commands and screens alike."""

import os

from kiosk_app.assembly import Booth
from kiosk_app.booth.facts import Incident
from kiosk_app.settings import Settings
from kiosk_app.store.epochs import NewEpoch
from kiosk_app.sync.engine import Listeners, SyncEngine
from kiosk_app.sync.stores import BoothFiles

OFFICE_VARIABLE = "KIOSK_APP_OFFICE"


def office_address(settings: Settings, enrolled: str) -> str:
    """The office's base URL: from the environment, else from booth.toml, else as enrolled."""
    return os.environ.get(OFFICE_VARIABLE) or settings.office.address or enrolled


def make_engine(booth: Booth, settings: Settings, listeners: Listeners | None = None) -> SyncEngine:
    """An engine that is not started yet; it opens the databases again in its own threads."""
    return SyncEngine(
        BoothFiles(booth.paths, booth.keys, booth.clock),
        booth.identity,
        office_address(settings, booth.identity.office_url),
        ca_file=settings.office.ca_file or None,
        listeners=listeners,
    )


def epoch_incident(made: NewEpoch) -> Incident:
    """What the journal says of its own new epoch: which one was before it, and from where on it counts."""
    return Incident("new-epoch", f"{made.before} {made.since}")

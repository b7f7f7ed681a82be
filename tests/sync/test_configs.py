"""A configuration that the office signed and that is of no use all the same: refused by name, the last one stays in force."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from kiosk_app.contract.signatures import b64, config_input
from kiosk_app.office.office import Office
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.status import LaneMode
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit

Change = Callable[[dict[str, Any]], object]


def zone(name: str) -> Change:
    return lambda body: body["profile"].update(timezone=name)


USELESS: dict[str, Change] = {
    "unknown zone": zone("Asia/Palembang"),
    "zone that is a path": zone("../../etc/passwd"),
    "zone that is a folder": zone("Asia"),
    "no zone": zone(""),
    "zone that is no text": lambda body: body["profile"].update(timezone=7),
    "no profile": lambda body: body.pop("profile"),
    "service that is a text": lambda body: body["profile"].update(services=["new"]),
    "hour that is none": lambda body: body["profile"].update(opens="25:00"),
    "minutes that are no number": lambda body: body["profile"]["queue"].update(desk_minutes=float("nan")),
    "minutes without end": lambda body: body["profile"]["queue"].update(desk_minutes=float("inf")),
    "minutes that no float holds": lambda body: body["profile"]["queue"].update(desk_minutes=10**400),
    "no sealing key": lambda body: body.update(sealing_keys=[]),
    "sealing key that is cut": lambda body: body["sealing_keys"][0].update(public="AAAA"),
    "code key that is no base64": lambda body: body["code_keys"][0].update(public="?"),
    "officer named twice": lambda body: body.update(officers=body["officers"] * 2),
}


@pytest.mark.parametrize("name", USELESS)
def test_a_configuration_of_no_use_is_refused(
    name: str, booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    office.officers.add("77", "Rina", "officer", "905172")
    office.configuration.publish()
    lane = booth.pulls_lane()
    lane.turn()
    good = booth.stores.configs.load()
    assert good is not None
    content = json.loads(good.body)
    USELESS[name](content)
    version = good.version + 1
    if "profile" in content:
        content["profile"]["version"] = version
    body = json.dumps(content).encode()
    signature = office.keys.config.sign(config_input(version, body))
    answer = {"version": version, "body": b64(body), "sig": b64(signature)}
    front.misbehave(hostile.answer(200, hostile.JSON, json.dumps(answer).encode()), path="/v1/config", times=9)
    clock.forward(seconds=lane.due_in() + 1)
    lane.turn()
    status = booth.board.status.lane("pulls")
    assert (status.mode, status.problem) == (LaneMode.FAULT, "config-malformed")
    assert booth.board.status.step is Step.OK
    assert booth.stores.configs.load() == good
    assert len(booth.heard.configs) == 1
    front.behave()
    office.officers.add("78", "Dewi", "officer", "905173")
    assert office.configuration.publish() == version
    clock.forward(seconds=lane.due_in() + 1)
    lane.turn()
    assert booth.board.status.lane("pulls").mode is LaneMode.IDLE
    assert [config.profile.version for config in booth.heard.configs] == [good.version, version]
    assert booth.stores.officers.is_known("78")

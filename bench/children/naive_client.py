"""The client that one would write first: one record a request, one photo at a time, a new connection for each.

It speaks the same contract with the same token; only the batches, the kept connections and the parallel uploads are missing.
"""

import json
import sys
import time
import uuid
from pathlib import Path

from kiosk_app.assembly import open_booth
from kiosk_app.clock import SystemClock
from kiosk_app.contract.messages import ClockReport, QueueReport, SyncRequest
from kiosk_app.paths import BoothPaths
from kiosk_app.store.lock import DataLock
from kiosk_app.sync.batches import to_message
from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.results import believed
from kiosk_app.sync.tokens import TokenBox
from kiosk_app.sync.transport import RequestsTransport
from kiosk_app.sync.uploads import upload


def main() -> None:
    """`python -m bench.children.naive_client ROOT ADDRESS RECORDS PHOTOS`: the seconds that so many took, as JSON."""
    paths, address = BoothPaths(Path(sys.argv[1])), sys.argv[2]
    records, photos = int(sys.argv[3]), int(sys.argv[4])
    clock = SystemClock()
    tokens = TokenBox(clock.monotonic)
    with DataLock(paths.lock):
        booth = open_booth(paths, clock)
        device = booth.identity.device_id

        def client() -> OfficeClient:
            return OfficeClient("", booth.keys, device, clock, transport=RequestsTransport(address), tokens=tokens)

        begun = time.monotonic()
        for _ in range(records):
            (record,) = booth.outbox.due(1, 1 << 20)
            head_seq, head_sha256 = booth.outbox.head()
            request = SyncRequest(
                device_id=device, epoch=record.epoch, batch_id=uuid.uuid4().hex, app="naive",
                clock=ClockReport(
                    wall=clock.now(), mono_ms=int(clock.monotonic() * 1000), boot_id=clock.boot_id, offset_ms=None
                ),
                queue=QueueReport(
                    pending=1, oldest_age_s=0, blobs=0, blob_bytes=0, quarantined=0, disk_free=10**9,
                    head_seq=head_seq, head_sha256=head_sha256,
                ),
                health={}, records=[to_message(record)],
            )  # fmt: skip
            line = client()
            answer = line.sync(request).answer
            line.close()
            booth.outbox.apply_results(believed({record.id}, answer.results), answer.safe_pos)
        between = time.monotonic()
        for blob in booth.outbox.blobs_due(photos):
            line = client()
            upload(line, blob.sha256, blob.record_id, booth.photos.read(blob.sha256), resume=False)
            line.close()
        ended = time.monotonic()
        booth.close()
    print(json.dumps({"records_s": between - begun, "photos_s": ended - between}), flush=True)


if __name__ == "__main__":
    main()

"""The journal's hash chain: every record vouches for all before it.

A record's link is the SHA-256 of its identity, its body's hash and the link before it; the booth's device key signs the
link's input. Deleting, swapping or editing a record breaks every later link; cutting off the tail is seen by whoever
remembers a later head (the office does).
"""

from dataclasses import dataclass

from kiosk_app.booth.canonical import canonical_bytes, sha256_hex

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """What is chained and signed of one record. Hashes are 64 hexadecimal digits; `prev_sha` is GENESIS for seq 1.

    A new epoch goes on with the numbers, and its first link with the last of the epoch before: the chain runs through.
    """

    epoch: str
    seq: int
    id: str
    applicant_key: str
    kind: str
    schema: int
    body_sha256: str
    prev_sha: str

    def signing_input(self) -> bytes:
        """The bytes that the device key signs."""
        return b"kiosk-record-v1\0" + canonical_bytes(
            [
                self.epoch, self.seq, self.id, self.applicant_key, self.kind, self.schema, self.body_sha256,
                self.prev_sha,
            ]
        )  # fmt: skip

    def sha256(self) -> str:
        """The chain's head once this record is in."""
        return sha256_hex(self.signing_input())

"""What a booth has told somebody so far: all of it must be true after any crash."""

from dataclasses import dataclass, field

from tests.crash.operations import Said


@dataclass(slots=True)
class Confirmed:
    """`heads`: seq -> id and chain's hash; `photos`: packet -> hash of the picture; `behind`: the roster lies behind a PIN.

    The numbers are what must be there at least; `count` is how much was confirmed.
    """

    enrolled: bool = False
    heads: dict[int, tuple[str, str]] = field(default_factory=dict)
    photos: dict[str, str] = field(default_factory=dict)
    acked: set[str] = field(default_factory=set)
    verified: set[str] = field(default_factory=set)
    purged: set[str] = field(default_factory=set)
    cursor: int = -1
    config: int = 1
    lane: int = 0
    failures: int = 0
    ballast: bool = False
    behind: bool = False
    count: int = 0

    def hear(self, said: Said) -> None:
        """Takes the next confirmation."""
        self.count += 1
        match said.what, said.words:
            case "enrolled", ():
                self.enrolled = True
            case "head", (seq, record_id, sha256):
                self.heads[int(seq)] = (record_id, sha256)
            case "photo", (blob, plain_sha256):
                self.photos[blob] = plain_sha256
            case "acked", ids:
                self.acked.update(ids)
            case "verified", (blob,):
                self.verified.add(blob)
            case "purged", (blob,):
                self.purged.add(blob)
            case ("ballast" | "behind") as what, ():
                setattr(self, what, True)
            case ("cursor" | "config" | "lane" | "failures") as what, (number,):
                setattr(self, what, int(number))
            case _:
                raise ValueError(f"Nobody knows what {said.what} means.")

"""PINs are only ever kept as Argon2id hashes - and on a stolen disk a short PIN falls all the same."""

import re

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

# argon2-cffi's defaults are RFC 9106's low-memory profile: 64 MiB, 3 passes, 4 lanes.
_HASHER = PasswordHasher()
_MEMORY_KIB = range(19 * 1024, 256 * 1024 + 1)
_PASSES = range(1, 11)
# The PHC string, whose salt and hash argon2's own reader of parameters does not look at.
_FORM = re.compile(
    r"\$argon2id\$v=19\$m=[0-9]{1,9},t=[0-9]{1,9},p=[0-9]{1,3}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}", re.ASCII
)
# No PIN has this hash; checking against it takes as long as checking against a real one.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$a2lvc2stYXBwLW5vYm9keQ$" + "A" * 43


def hash_pin(pin: str) -> str:
    """The encoded hash of a PIN, with a new salt."""
    return _HASHER.hash(pin)


def pin_matches(encoded: str, pin: str) -> bool:
    """Whether `pin` has this hash; a malformed hash has no PIN."""
    try:
        return _HASHER.verify(encoded, pin)
    except (VerificationError, InvalidHashError):
        return False


def is_acceptable(encoded: str) -> bool:
    """Whether a hash from outside is Argon2id of a cost that neither invites guessing nor stops the booth."""
    if not _FORM.fullmatch(encoded):
        return False
    try:
        parameters = extract_parameters(encoded)
    except InvalidHashError:
        return False
    return (
        parameters.type is Type.ID
        and parameters.memory_cost in _MEMORY_KIB
        and parameters.time_cost in _PASSES
        and 1 <= parameters.parallelism <= 8
    )

"""Inputs that are nearly right: seeds, changed at random by bytes and by the words of their language."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|[\[\]{},:]')
_WORDS = re.compile(rb"[\w.+:-]+|[^\w.+:-]")
# Values on which parsers of JSON, times and numbers have come to grief.
JSON_WORDS: Final = (
    b"null", b"true", b"-1", b"0", b"1e999", b"-0.0", b"9" * 40, b"9" * 4400, b"1.5", b"NaN", b"-Infinity", b"[]", b"{}", b'""',
    b'"\\ud800"', b'"\\u0000\\u202e"', b'"\xf0\x9f\x98\x80"', b'"\xff"', b'"1e5"', b'"\xd9\xa1\xd9\xa2"', b'"\xc2\xb2"', b"[" * 60,
    b'{"a":' * 60, b"[" * 1200, b'"0001-01-01T00:00:00+14:00"', b'"9999-12-31T23:59:59-14:00"', b'"2025-02-29"', b'"24:00"',
    b'"2025-01-25T02:30:00Z"', b'"2025-W04-6"', b'"aaaaaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"', b'"' + b"A" * 300 + b'"', b'"../../etc/passwd"',
    b'"AAAA"', b'"===="', b'"Asia/Jakarta"',
)  # fmt: skip
TEXT_WORDS: Final = (
    b"\x00", b"\r\n", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xd9\xa1" * 16, b"\xc2\xb2", b"\xff", b'"', b";", b",", b"=", b"[", b"{", b"-",
    b"1671014107900001", b"9" * 40, b"..", b"%00", b"'''", b'"""', b"\\u0000", b"https://a/", b"IMI1", b"inf", b"nan", b"[[[[[[[[" * 90,
)  # fmt: skip
BYTE_WORDS: Final = (
    b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\x00\x00\x00\x01", b"\x00\x01", b"\xff\xff",
    b"\xff\xd8\xff", b"\xff\xc0\x00\x0b\x08", b"\xff\x4f", b"\xff\xd9", b"\xff\x90", b"\xff\x64", b"jp2c", b"jp2h", b"KIOSKSEAL2\x00",
)  # fmt: skip


class Form(StrEnum):
    """What an input is made of: its own bytes, words, or the tokens of JSON."""

    BYTES = "bytes"
    TEXT = "text"
    JSON = "json"


_TOKENS = {Form.JSON: _JSON, Form.TEXT: _WORDS}
_FORM_WORDS = {Form.JSON: JSON_WORDS, Form.TEXT: TEXT_WORDS, Form.BYTES: BYTE_WORDS}


@dataclass(frozen=True, slots=True)
class _Seed:
    data: bytes
    spans: tuple[tuple[int, int], ...]


class Mutator:
    """Makes the next input from what it has; `keep` adds one that did something new."""

    def __init__(
        self, rng: random.Random, form: Form, seeds: Sequence[bytes], words: Sequence[bytes], longest: int
    ) -> None:
        self._rng = rng
        self._form = form
        self._longest = longest
        self._words = (*words, *_FORM_WORDS[form])
        self._seeds: list[_Seed] = []
        for seed in seeds:
            self.keep(seed)

    def keep(self, data: bytes) -> None:
        """Another input to start from; of many, an old one goes."""
        tokens = _TOKENS.get(self._form)
        spans = tuple(found.span() for found in tokens.finditer(data)) if tokens is not None else ()
        if len(self._seeds) < 1000:
            self._seeds.append(_Seed(data, spans))
        else:
            self._seeds[self._rng.randrange(500, 1000)] = _Seed(data, spans)

    def next(self) -> bytes:
        """The next input, at most `longest` bytes."""
        rng = self._rng
        seed = self._seeds[int(rng.random() * len(self._seeds))]
        if seed.spans and rng.random() < 0.7:
            data = self._by_tokens(seed)
            if rng.random() < 0.8:
                return data[: self._longest]
        else:
            data = seed.data
        for _ in range(1 + int(rng.random() * rng.random() * 5)):
            data = _STEPS[int(rng.random() * len(_STEPS))](self, data)
        return data[: self._longest]

    def _by_tokens(self, seed: _Seed) -> bytes:
        rng, data = self._rng, seed.data
        for _ in range(1 + int(rng.random() * rng.random() * 4)):
            place = int(rng.random() * len(seed.spans))
            start, end = seed.spans[place]
            kind = rng.random()
            if kind < 0.6:
                new = self._word()
            elif kind < 0.8:
                other = self._seeds[int(rng.random() * len(self._seeds))]
                a, b = other.spans[int(rng.random() * len(other.spans))] if other.spans else (0, 0)
                new = other.data[a:b]
            elif kind < 0.9:
                new = b""
            else:
                far = seed.spans[min(place + int(rng.random() * 12), len(seed.spans) - 1)][1]
                new = data[start:far] + b"," + data[start:far]
            if end <= len(data):
                data = data[:start] + new + data[end:]
        return data

    def _word(self) -> bytes:
        return self._words[int(self._rng.random() * len(self._words))]

    def _at(self, data: bytes) -> int:
        return int(self._rng.random() * (len(data) + 1))

    def flip(self, data: bytes) -> bytes:
        if not data:
            return data
        at = int(self._rng.random() * len(data))
        return data[:at] + bytes((data[at] ^ 1 << int(self._rng.random() * 8),)) + data[at + 1 :]

    def overwrite(self, data: bytes) -> bytes:
        at = self._at(data)
        return data[:at] + bytes((int(self._rng.random() * 256),)) + data[at + 1 :]

    def insert(self, data: bytes) -> bytes:
        at = self._at(data)
        return data[:at] + self._word() + data[at:]

    def replace(self, data: bytes) -> bytes:
        at, word = self._at(data), self._word()
        return data[:at] + word + data[at + len(word) :]

    def delete(self, data: bytes) -> bytes:
        at = self._at(data)
        return data[:at] + data[at + 1 + int(self._rng.random() * 12) :]

    def double(self, data: bytes) -> bytes:
        at = self._at(data)
        end = at + 1 + int(self._rng.random() * 40)
        return data[:end] + data[at:end] + data[end:]

    def cut(self, data: bytes) -> bytes:
        return data[: self._at(data)]

    def splice(self, data: bytes) -> bytes:
        other = self._seeds[int(self._rng.random() * len(self._seeds))].data
        return data[: self._at(data)] + other[self._at(other) :]


_STEPS: tuple[Callable[[Mutator, bytes], bytes], ...] = (
    Mutator.flip, Mutator.overwrite, Mutator.insert, Mutator.replace, Mutator.delete, Mutator.double, Mutator.cut, Mutator.splice,
)  # fmt: skip

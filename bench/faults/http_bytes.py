"""Just enough HTTP/1.1 to carry a booth's calls byte for byte: heads, and bodies of a told length."""

import asyncio
import re
from dataclasses import dataclass

_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d+)[ \t]*\r$")
_LIMIT = re.compile(rb"(?im)^upload-limit:[^\r\n]*\r$")
_MOST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer as it came over the wire."""

    head: bytes
    body: bytes

    @property
    def raw(self) -> bytes:
        return self.head + self.body

    @property
    def method(self) -> bytes:
        """Of a request."""
        return self.head.partition(b" ")[0]

    @property
    def status(self) -> int:
        """Of an answer."""
        return int(self.head.split(b" ", 2)[1])

    def with_length(self, length: int) -> bytes:
        """The same bytes, whose head tells another length; half of them where it tells none."""
        head, found = _LENGTH.subn(b"Content-Length: %d\r" % length, self.head)
        return head + self.body if found else self.raw[: len(self.raw) // 2]

    def with_part_limit(self, limit: int | None) -> "Message":
        """An answer about an upload that allows at most so many bytes a request."""
        if limit is None:
            return self
        return Message(_LIMIT.sub(b"Upload-Limit: max-append-size=%d\r" % limit, self.head), self.body)


async def read_request(reader: asyncio.StreamReader) -> Message | None:
    """The next one of a connection; None when there is none any more."""
    head = await _head(reader)
    return None if head is None else Message(head, await _body(reader, head))


async def read_answer(reader: asyncio.StreamReader, method: bytes) -> Message | None:
    """The answer to a request of that method; None when it did not come whole."""
    head = await _head(reader)
    if head is None:
        return None
    answer = Message(head, b"")
    if method == b"HEAD" or answer.status in (204, 304):
        return answer
    return Message(head, await _body(reader, head))


async def _head(reader: asyncio.StreamReader) -> bytes | None:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    found = _LENGTH.search(head)
    return await reader.readexactly(int(found[1])) if found else b""

"""Cuts an endless multipart body into its parts."""

from collections.abc import Callable

_BLOCK = 65536
_LONGEST_LINE = 1024
_MOST_LINES = 64


class Parts:
    """The parts of a body that `receive(n)` yields up to n bytes of at a time, and b"" at its end.

    The first line that begins with "--" is taken for the delimiter, whatever the header announced: cameras disagree on
    whether the announced one has the dashes. A part's length is its Content-Length, else it goes on to the next
    delimiter. `next` raises EOFError at the end of the body, ValueError for what is no multipart body or is too large.
    """

    def __init__(self, receive: Callable[[int], bytes], largest: int) -> None:
        self._receive = receive
        self._largest = largest
        self._buffer = bytearray()
        self._delimiter = b""

    def next(self) -> bytes:
        """The content of the next part, at most `largest` bytes."""
        self._seek()
        length = self._headers()
        return self._until_delimiter() if length is None else self._take(length)

    def _seek(self) -> None:
        for _ in range(_MOST_LINES):
            line = self._line()
            if line.startswith(self._delimiter or b"--") and len(line) > 2:
                self._delimiter = self._delimiter or line
                if line == self._delimiter + b"--":
                    raise EOFError("The stream was ended by its sender.")
                return
        raise ValueError("No part begins in the stream.")

    def _headers(self) -> int | None:
        """Reads a part's header lines; its announced length, or None."""
        length = None
        for _ in range(_MOST_LINES):
            line = self._line()
            if not line:
                return length
            key, _, value = line.partition(b":")
            if key.strip().lower() == b"content-length":
                text = value.strip()
                if not text.isdigit() or len(text) > 9 or int(text) > self._largest:
                    raise ValueError("A part of the stream is too large, or does not say how long it is.")
                length = int(text)
        raise ValueError("A part of the stream has no end of its header.")

    def _until_delimiter(self) -> bytes:
        mark = b"\n" + self._delimiter
        start = 0
        while (end := self._buffer.find(mark, start)) < 0:
            start = max(0, len(self._buffer) - len(mark))
            if len(self._buffer) > self._largest:
                raise ValueError("A part of the stream is too large.")
            self._fill()
        if end > self._largest:
            raise ValueError("A part of the stream is too large.")
        part = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return part.removesuffix(b"\r")

    def _take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._fill()
        part = bytes(self._buffer[:length])
        del self._buffer[:length]
        return part

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n", 0, _LONGEST_LINE)) < 0:
            if len(self._buffer) >= _LONGEST_LINE:
                raise ValueError("A header line of the stream is too long.")
            self._fill()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.rstrip(b"\r \t")

    def _fill(self) -> None:
        block = self._receive(_BLOCK)
        if not block:
            raise EOFError("The stream ended.")
        self._buffer += block

"""Stands before the office: what concerns photos is taken and never answered, all else passes. Ends with its stdin."""

import sys

from bench.faults.misdeeds import Misdeed, Weather
from bench.faults.proxy import FaultProxy

_FOR_EVER_S = 3600.0


def main() -> None:
    """`python -m bench.children.tarpit HOST PORT OFFICE_PORT`."""
    host, port, office = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    weather = Weather(1.0, 1, (Misdeed.STALLED,), _FOR_EVER_S, only=b"/v1/blobs/")
    with FaultProxy(office, weather, host, port):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

"""Linux network namespaces and TUN devices through the C library: no tool has to be installed but `ip`."""

import ctypes
import fcntl
import os
import platform
import shutil
import struct
import subprocess
import sys
from pathlib import Path

TUN = Path("/dev/net/tun")
MTU = 1500

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_SET_INTERFACE = 0x400454CA  # TUNSETIFF
_TUN_WITHOUT_HEADER = 0x0001 | 0x1000  # IFF_TUN | IFF_NO_PI: whole IP packets and nothing before them


def missing() -> str:
    """Why this machine cannot join two namespaces; "" if it can."""
    if platform.system() != "Linux":
        return "network namespaces are Linux's"
    if shutil.which("ip") is None:
        return "the tool `ip` is not installed"
    if not os.access(TUN, os.R_OK | os.W_OK):
        return f"{TUN} cannot be opened"
    # Tried in another process: who has left its namespace does not come back.
    probe = "import bench.faults.namespaces as n, os; n.leave(); os.close(n.tun('kiosk0'))"
    tried = subprocess.run([sys.executable, "-c", probe], cwd=_root(), capture_output=True, check=False)
    return "this account may not make network namespaces" if tried.returncode else ""


def leave() -> int:
    """This thread goes into a new, empty namespace; an open file that stands for it. Raises OSError where that is not allowed."""
    if os.geteuid() == 0:
        _call("unshare", _NEW_NET)
    else:
        user, group = os.getuid(), os.getgid()
        _call("unshare", _NEW_USER | _NEW_NET)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    return os.open("/proc/self/ns/net", os.O_RDONLY)


def enter(pid: int, descriptor: int) -> None:
    """This thread, which must be its process's only one, goes where `descriptor` of process `pid` stands for."""
    if os.geteuid() != 0:
        with open(f"/proc/{pid}/ns/user", "rb") as user:
            _call("setns", user.fileno(), _NEW_USER)
    with open(f"/proc/{pid}/fd/{descriptor}", "rb") as net:
        _call("setns", net.fileno(), _NEW_NET)


def tun(name: str) -> int:
    """A new device of this namespace: what is sent to it is read from the file that comes back, one packet a read."""
    descriptor = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(descriptor, _SET_INTERFACE, struct.pack("16sH22x", name.encode(), _TUN_WITHOUT_HEADER))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def configure(name: str, own: str, other: str) -> None:
    """Gives the device its address and makes it the way to everywhere; raises OSError."""
    for words in (
        "link set lo up",
        f"addr add {own} peer {other} dev {name}",
        f"link set {name} mtu {MTU} up",
        f"route add default via {other}",
    ):
        done = subprocess.run(["ip", *words.split()], capture_output=True, text=True, check=False)  # noqa: S607
        if done.returncode:
            raise OSError(f"ip {words}: {done.stderr.strip()}")


def _call(name: str, *words: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*words):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def main() -> None:
    """`python -m bench.faults.namespaces PID DESCRIPTOR COMMAND ...`: runs the command there."""
    enter(int(sys.argv[1]), int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606 - our own arguments, no shell


if __name__ == "__main__":
    main()

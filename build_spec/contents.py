"""What of the found files goes into the bundle: only what the booth uses, and no copies of the system's own libraries.

PyInstaller collects all plugins of Qt, what those link against, and the build machine's copies of libraries that belong to
the system and are kept safe by its updates. The lists here name what stays; `check_bundle.py` looks for the harm by itself.
"""

import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

# Folder of Qt's plugins -> those that stay. The windows of this program are drawn without OpenGL: no plugin for it.
QT_PLUGINS = {
    "platforms": {"libqxcb.so", "libqwayland.so", "libqoffscreen.so"},
    "imageformats": {"libqjpeg.so"},
    "platforminputcontexts": {"libcomposeplatforminputcontextplugin.so"},
    "wayland-shell-integration": {"libxdg-shell.so"},
    "wayland-decoration-client": {"libbradient.so"},
}
QT_LIBRARIES = {"Core", "DBus", "Gui", "Svg", "WaylandClient", "Widgets", "XcbQpa"}
# Optional parts of our dependencies, and what is in the build environment only because PyInstaller is.
LEFT_OUT = [
    "PIL",
    "PyInstaller",
    "PySide6.QtDBus",
    "PySide6.QtNetwork",
    "_pyinstaller_hooks_contrib",
    "alembic.testing",
    "altgraph",
    "numpy.distutils",
    "numpy.f2py",
    "packaging",
    "pip",
    "pkg_resources",
    "psycopg",
    "psycopg_binary",
    "readline",
    "setuptools",
    "sqlalchemy.testing",
    "tkinter",
]
_QT_LIBRARY = re.compile(r"libQt6(\w+)\.so")
_SYSTEM = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")
_PLUGINS = PurePosixPath("PySide6/Qt/plugins")
_TRANSLATIONS = PurePosixPath("PySide6/Qt/translations")
# Built with their debug information in them: 46 MB. Not among them: what auditwheel has patched (numpy's OpenBLAS does not
# load once stripped) and Qt, which goes out as The Qt Company built it.
_WITH_DEBUG = re.compile(r"libpython[^/]*|(sqlcipher3|sqlalchemy|cryptography|python3[^/]*/lib-dynload)/.*\.so")


def wanted(place: str, source: str) -> bool:
    """Whether the file that would lie at `place` in the bundle, found at `source`, is to be there."""
    path = PurePosixPath(place)
    if _PLUGINS in path.parents:
        return path.name in QT_PLUGINS.get(path.parent.name, ())
    if library := _QT_LIBRARY.match(path.name):
        return library[1] in QT_LIBRARIES
    return not (_TRANSLATIONS in path.parents or _is_the_systems(path, source))


def lean(place: str, source: str, scratch: Path) -> str:
    """The file to take instead of `source`: where it has debug information, a copy in `scratch` without."""
    if not _WITH_DEBUG.fullmatch(place):
        return source
    copy = scratch / "lean" / place
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, copy)
    subprocess.run(["strip", "--strip-unneeded", str(copy)], check=True)  # noqa: S607 - binutils, our own paths
    return str(copy)


def _is_the_systems(path: PurePosixPath, source: str) -> bool:
    top_level = len(path.parts) == 1
    return top_level and source.startswith(_SYSTEM) and not path.name.startswith("libpython")

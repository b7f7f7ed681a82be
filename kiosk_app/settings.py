"""This booth's file, `booth.toml`: what this PC is. What the office decides comes in the profile, not here."""

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

from kiosk_app.booth.codec import DecodeError, decode
from kiosk_app.errors import KioskError


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """`address` overrides the enrolled one; `ca_file` is the office's own certificate authority (PEM)."""

    address: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        if self.address and not self.address.startswith(("https://", "http://")):
            raise ValueError("address must begin with https://")


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """`spec` as of the command line: "0", "name:Logitech BRIO", a video file, a folder, an MJPEG address or "practice".

    A name is better than a number: it stays when the camera is plugged in elsewhere.
    """

    spec: str = "0"


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """The screen's width in millimetres as measured; 0 trusts what the system says. `desk` is the name called out with numbers."""

    width_mm: int = 0
    desk: str = "1"

    def __post_init__(self) -> None:
        if self.width_mm and not 150 <= self.width_mm <= 2000:
            raise ValueError("width_mm must be 0, or 150 to 2000")


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file; every table may be left out."""

    office: OfficeSettings = field(default_factory=OfficeSettings)
    camera: CameraSettings = field(default_factory=CameraSettings)
    display: DisplaySettings = field(default_factory=DisplaySettings)

    def with_camera(self, spec: str | None) -> "Settings":
        """The same with the camera of the command line, where one was given."""
        return self if spec is None else replace(self, camera=CameraSettings(spec))


def load_settings(path: Path) -> Settings:
    """The settings of `path`, or the defaults where there is no such file; raises KioskError "settings-invalid"."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(path, "cannot be read") from error
    try:
        return decode(Settings, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _invalid(path, f"is not valid TOML ({error})") from error
    except RecursionError as error:
        raise _invalid(path, "is nested too deep") from error
    except DecodeError as error:
        raise _invalid(path, f"says something unexpected: {error.place} {error.problem}") from error


def _invalid(path: Path, problem: str) -> KioskError:
    return KioskError(
        "settings-invalid",
        f"The settings file {path.name} {problem}.",
        f"Correct {path} or remove it to use the defaults.",
    )

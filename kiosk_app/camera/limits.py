"""The worker's times, in one place so that a test may shorten them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, and analyses a second. A fault of the camera has its name within two seconds."""

    suspect_s: float = 1.5
    """Equal or black frames for this long are a fault."""
    silence_s: float = 1.5
    """No frame for this long is a fault, and so is no first one; with the analyser's own wait it is told within 2 s."""
    first_delay_s: float = 0.5
    """Wait before a faulty camera is opened again; doubled each time ..."""
    longest_delay_s: float = 10.0
    """... up to this."""
    codes_per_s: float = 20.0
    """Every frame of a camera that gives 15 a second, as many do in a mall's light; of 30 two in three, and every second one where
    no preview is shown, since the others pass undecoded. At 10 a second nine of ten codes that are brought to the camera are read
    after 0.6 s, with 20 after half a second."""
    idle_per_s: float = 5.0
    """Looks for movement in an empty hall; as soon as something moves the search goes on at the pace for codes."""
    portrait_per_s: float = 20.0
    """Enough for advice within 150 ms and ten frames in the half second before a photo; the screens need the other core."""
    preview_per_s: float = 31.0
    capture_s: float = 2.0
    """How long an asked capture may wait for a frame that can be used."""
    light_settles_s: float = 1.0
    """The light must have been right for so long before the camera is told to keep it."""
    recent_s: float = 1.0
    """How old a frame may be to become the photo."""
    steady_s: float = 3.0
    """How long exposure and white balance are held after the last frame in which the light was right."""
    tidy_s: float = 60.0
    """How often memory that frames left behind is given back to the system."""

"""Who sits in front of the practice camera: a person who does not exist, and what follows from it for the painter."""

import random
from dataclasses import dataclass
from typing import Literal, get_args

Bgr = tuple[int, int, int]
HairStyle = Literal["short", "tied", "long"]
Hat = Literal["cap", "peci"]

SKIN_TONES = 8
SIZE_BOUNDS = (0.75, 1.15)

# Eight tones from light to deep, sRGB in blue, green, red order; the steps are about even in lightness.
_SKIN: tuple[Bgr, ...] = (
    (190, 208, 238),
    (166, 190, 228),
    (146, 174, 217),
    (122, 154, 202),
    (98, 131, 182),
    (78, 108, 157),
    (60, 86, 130),
    (48, 68, 104),
)
# How often each is drawn for a random person: most are of the middle tones.
_SKIN_WEIGHTS = (1, 3, 4, 4, 3, 2, 1, 1)
_HAIR: tuple[Bgr, ...] = ((26, 26, 30), (30, 34, 44), (32, 40, 58), (24, 24, 26))
_GREY_HAIR: Bgr = (128, 128, 132)
# Calm colours that stay apart from a white wall.
_HIJAB: tuple[Bgr, ...] = (
    (96, 72, 48),
    (118, 104, 70),
    (84, 92, 118),
    (92, 66, 100),
    (80, 98, 70),
    (72, 62, 122),
    (108, 96, 90),
    (88, 78, 60),
)
# As white as the wall is painted.
_WHITE_HIJAB: Bgr = (232, 235, 236)
# Masks are light blue, white, black or green.
_MASK: tuple[Bgr, ...] = ((222, 196, 152), (238, 238, 236), (40, 38, 38), (186, 206, 160))
_SHIRT: tuple[Bgr, ...] = (
    (104, 74, 44),
    (110, 104, 62),
    (96, 84, 78),
    (64, 54, 110),
    (74, 92, 66),
    (128, 98, 66),
    (84, 60, 88),
    (70, 64, 58),
)


@dataclass(frozen=True)
class Person:
    """A practice person. Everything that is not named here (hair, clothes, features) follows from the seed.

    skin: 0 (light) to 7 (deep). age_size: size of the head against an average adult, 0.75 (a child) to 1.15. mask: a
    surgical one. hat: a baseball cap, or the black peci that Indonesian men wear. white_hijab: a hijab as white as the wall.
    """

    skin: int = 3
    hijab: bool = False
    glasses: bool = False
    age_size: float = 1.0
    seed: int = 0
    dark_glasses: bool = False
    mask: bool = False
    hat: Hat | None = None
    white_hijab: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.skin < SKIN_TONES:
            raise ValueError(f"skin is {self.skin}, not 0 to {SKIN_TONES - 1}")
        low, high = SIZE_BOUNDS
        if not low <= self.age_size <= high:
            raise ValueError(f"age_size is {self.age_size}, not {low} to {high}")
        if self.hat is not None and self.hat not in get_args(Hat):
            raise ValueError(f"hat is {self.hat}, not one of {', '.join(get_args(Hat))}")
        if self.hat is not None and self.covered:
            raise ValueError("hat and hijab together cannot be drawn")

    @property
    def covered(self) -> bool:
        """Whether a hijab is worn, of whatever colour."""
        return self.hijab or self.white_hijab

    @classmethod
    def random(cls, seed: int) -> "Person":
        """Some person: the same one for the same seed, without glasses, since a passport photo has none."""
        draw = random.Random(f"practice-person-{seed}")  # noqa: S311 - looks, not secrets
        return cls(
            skin=draw.choices(range(SKIN_TONES), _SKIN_WEIGHTS)[0],
            hijab=draw.random() < 0.45,
            age_size=round(draw.uniform(0.93, 1.06), 3),
            seed=seed,
        )


@dataclass(frozen=True)
class Looks:
    """What the painter needs to know of a person; colours in blue, green, red order, 0 to 255."""

    skin: Bgr
    hair: Bgr
    hair_style: HairStyle
    hijab: Bgr | None
    mask: Bgr | None
    hat: Hat | None
    shirt: Bgr
    masculine: bool
    face_width: float
    face_height: float
    jaw: float
    brow: float
    lips: float
    nose: float
    eye_turn: float
    age: float
    seed: int


def looks_of(person: Person) -> Looks:
    """The looks that the seed of a person draws; the same every time."""
    draw = random.Random(f"practice-looks-{person.seed}")  # noqa: S311 - looks, not secrets
    masculine = draw.random() < 0.5 and not person.covered
    age = draw.random()
    hair = _GREY_HAIR if age > 0.9 else draw.choice(_HAIR)
    styles: tuple[HairStyle, ...] = ("short",) if masculine else ("tied", "long")
    hair_style = draw.choice(styles)
    hijab = draw.choice(_HIJAB) if person.covered else None
    return Looks(
        skin=_SKIN[person.skin],
        hair=hair,
        hair_style=hair_style,
        hijab=_WHITE_HIJAB if person.white_hijab else hijab,
        mask=_MASK[person.seed % len(_MASK)] if person.mask else None,
        hat=person.hat,
        shirt=draw.choice(_SHIRT),
        masculine=masculine,
        face_width=draw.uniform(0.97, 1.03),
        face_height=draw.uniform(0.98, 1.02),
        jaw=draw.uniform(0.0, 0.5) if masculine else draw.uniform(-0.5, 0.0),
        brow=draw.uniform(0.85, 1.2) if masculine else draw.uniform(0.6, 0.85),
        lips=draw.uniform(0.0, 0.35) if masculine else draw.uniform(0.5, 1.0),
        nose=draw.uniform(0.0, 1.2),
        eye_turn=draw.uniform(-0.5, 0.5),
        age=age,
        seed=person.seed,
    )

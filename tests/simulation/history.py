"""A history from its seed: some bad hours of a booth, then peace, then the question whether all is well."""

import random
from dataclasses import dataclass

from tests.simulation.invariants import demand
from tests.simulation.play import Play
from tests.simulation.themes import EVERYTHING, THEMES, Theme
from tests.simulation.world import BOOTHS, World

_STEP_S, _PATIENCE_S = 20.0, 1500.0  # the longest wait that an office may ask for is 15 minutes, and a fourth of it
_OTHERS = [theme for theme in THEMES.values() if theme is not EVERYTHING]
_COMMON = 0.6  # so many histories are about everything


@dataclass(frozen=True, slots=True)
class Told:
    """What a history was: for the figures, and to see that the same seed gives the same."""

    theme: str
    requests: int
    facts: int
    seconds: float
    trace: tuple[str, ...]


class Scene:
    """The booths of a history and their common time."""

    def __init__(self, world: World, booths: int, rng: random.Random) -> None:
        self.world = world
        self.plays = [Play(world, name, random.Random(rng.random())) for name in BOOTHS[:booths]]

    def wait(self, seconds: float) -> None:
        self.world.sim.run_for(seconds)
        for play in self.plays:
            play.watch.look()

    def heal(self) -> None:
        """Nothing goes wrong any more, nobody writes and nobody wakes: what still waits must get through by itself."""
        office = self.world.office
        if not office.up:
            office.start()
        office.process.crash_in = None
        for play in self.plays:
            play.calm()
        waited = 0.0
        while waited < _PATIENCE_S and not (waited and all(play.watch.is_quiet() for play in self.plays)):
            step = _STEP_S if waited < 5 * _STEP_S else 10 * _STEP_S
            self.wait(step)
            waited += step
            demand(office.up and all(play.booth.runs for play in self.plays), "somebody died without a cause")

    def finish(self) -> None:
        self.heal()
        for play in self.plays:
            play.watch.finish()


def run(world: World, seed: int, theme: Theme | None = None) -> Told:
    """Plays one history and checks it. Raises Violation, Livelock or what a lane fell over."""
    rng = random.Random(seed)
    about = theme or (EVERYTHING if rng.random() < _COMMON else rng.choice(_OTHERS))
    world.history(seed)
    scene = Scene(world, about.booths, rng)
    for play in scene.plays:
        if rng.random() < 0.6:
            play.small_batches(rng.randrange(1, 4))
        if rng.random() < 0.3:
            play.lag_safe_pos(rng.randrange(1, 6))
        play.start()
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        _phase(scene, about, rng)
    scene.finish()
    for play in scene.plays:
        about.check(play)
    networks = [play.booth.network for play in scene.plays]
    return Told(
        about.name, sum(network.requests for network in networks),
        sum(len(play.booth.witness.confirmed) for play in scene.plays), world.sim.now,
        tuple(line for network in networks for line in network.trace),
    )  # fmt: skip


def _phase(scene: Scene, theme: Theme, rng: random.Random) -> None:
    weights = [weight for weight, _ in theme.moves]
    for play in scene.plays:
        rng.choice(theme.weathers)(play.weather, rng)
    for _ in range(rng.randrange(2, 6)):
        play = rng.choice(scene.plays)
        _, move = rng.choices(theme.moves, weights)[0]
        move(play)
        scene.wait(0.0 if rng.random() < 0.3 else rng.expovariate(0.3))
        play.start()
    if rng.random() < 0.2:
        scene.wait(rng.uniform(30.0, 200.0))

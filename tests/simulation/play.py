"""What can be done to a simulated booth and its office: the moves of a history, whoever chooses them."""

import random
from datetime import timedelta

from kiosk_app.booth.bookings import BookingStatus
from kiosk_app.store import meta
from kiosk_app.sync.backoff import Wake
from tests.simulation.booth_side import BoothSide, Program
from tests.simulation.clocks import BEGIN
from tests.simulation.fates import poisoned
from tests.simulation.invariants import Watch, demand
from tests.simulation.network import Weather
from tests.simulation.world import BOOKINGS, BOOTHS, OTHER_SITE, SITE, DiskCopy, World, booking

_REBOOT_S = 15.0


class Play:
    """One booth of a world, and what happens to it. `rng` decides what a move leaves open."""

    def __init__(self, world: World, name: str, rng: random.Random) -> None:
        self.world = world
        self.booth: BoothSide = world.booths[name]
        self.rng = rng
        self.watch = Watch(world, self.booth)
        self.clock_moved = False
        self._copy: DiskCopy | None = None
        self._made = BOOKINGS * (1 + BOOTHS.index(name))

    @property
    def weather(self) -> Weather:
        return self.booth.network.weather

    def calm(self) -> None:
        """Nothing goes wrong any more, but what is poison stays it."""
        self.weather.clear()
        self.weather.add(poisoned(self.watch.allowed.poison), float(bool(self.watch.allowed.poison)), "/v1/sync")
        self.world.limit_pages(False)
        self.start()
        if self.booth.process is not None:
            self.booth.process.crash_in = None

    # The booth's work

    def serve(self, calls: int = 1) -> None:
        key = booking(self.rng.randrange(BOOKINGS)).id if self.rng.random() < 0.5 else ""
        self.booth.do(lambda program: program.serve(calls, key))

    def photograph(self) -> None:
        size = self.rng.choice([300, 2000, 6000])
        self.booth.do(lambda program: program.photograph(size))

    def walk_in(self) -> None:
        """Up to four people of priority groups, one after the other."""
        for _ in range(self.rng.randrange(1, 5)):
            self.booth.do(Program.walk_in)

    def give_back(self) -> None:
        self.booth.do(Program.give_back)

    def help(self) -> None:
        self.booth.do(Program.call_help)

    def spoil_photo(self) -> None:
        """A sealed photo rots on the booth's disk: its record must go all the same."""
        files = sorted(self.booth.paths.photos.glob("*.sealed"))
        if files:
            file = self.rng.choice(files)
            self.watch.allowed.damaged.add(file.stem)
            file.write_bytes(b"rotten")

    def disk_full(self, full: bool) -> None:
        """No page more than the databases have now, until there is room again."""
        self.world.limit_pages(full)

    def poison(self) -> None:
        """The office cannot bear the last record that was confirmed, for whatever reason."""
        if self.booth.witness.confirmed:
            ids = self.watch.allowed.poison
            ids.add(self.booth.witness.confirmed[-1].id)
            self.weather.add(poisoned(ids), 1.0, "/v1/sync")

    # The booth's machine

    def small_batches(self, most: int) -> None:
        """As if the office had once complained; before the program starts."""
        self.world.write(self.booth.paths.journal, "INSERT INTO meta VALUES (?, ?)", (meta.BATCH_LIMIT, str(most)))

    def start(self) -> None:
        if not self.booth.runs:
            self.booth.start()

    def crash(self, reboots: bool = False) -> None:
        self.watch.crashed(self.clock_moved)
        self.booth.crash(reboots)
        self.watch.look()
        if reboots:
            self.world.sim.run_for(_REBOOT_S)

    def crash_later(self) -> None:
        """Dies in the middle of something, at one of the next things that reach its disk."""
        if self.booth.runs and self.booth.process is not None:
            self.booth.process.crash_in = self.rng.randrange(1, 12)
            self.booth.process.closers.append(lambda: self.watch.crashed(self.clock_moved))

    def stop(self) -> None:
        """The program ends, and the machine goes on."""
        self.booth.stop()
        self.world.sim.run_for(1.0)
        self.crash()

    def start_twice(self) -> None:
        """Somebody starts the program again while it runs."""
        if self.booth.runs:
            self.booth.start_another(lambda refused: demand(refused, "I12: two programs on one folder"))

    def copy_disk(self) -> None:
        """Somebody makes an image of the machine while it is off."""
        self.crash(reboots=True)
        self._copy = self.world.copy_disk(self.booth)

    def restore_disk(self) -> None:
        """The machine is put back to that image: what it has told the office since is news to itself."""
        if self._copy is not None:
            self.crash(reboots=True)
            self.world.put_disk(self.booth, self._copy)
            self.watch.forget()

    def move_clock(self) -> None:
        self.clock_moved = True
        if self.booth.program is None:
            self.watch.crashed(clock_moved=True)  # what is stored is read by another clock at the next start
        self.booth.clock.offset_s = self.rng.choice([0.0, -7200.0, 90.0, 3e8, -3e8, 1000.0])

    def wake(self) -> None:
        self.booth.wake(self.rng.choice([Wake.NETWORK, Wake.STAFF, Wake.RECORD]))

    # The office

    def office_crash(self, seconds: float) -> None:
        """Dies, and comes back after a while."""
        office, sim = self.world.office, self.world.sim
        if office.up:
            office.crash()
            sim.at(seconds, lambda: None if office.up else office.start())

    def office_crash_later(self, seconds: float) -> None:
        """Dies at one of the next things that reach its disk."""
        office, sim = self.world.office, self.world.sim
        office.process.crash_in = self.rng.randrange(1, 10)

        def revive() -> None:
            office.process.crash_in = None
            if not office.up:
                office.start()

        sim.at(seconds, revive)

    def change_bookings(self) -> None:
        """The office puts, moves, cancels or removes a booking."""
        book, rng = self.world.office.office.bookings, self.rng
        roll = rng.random()
        known = self.world.office.rows("SELECT id FROM booking ORDER BY id")
        if roll < 0.3 or not known:
            self._made += 1
            book.put([booking(self._made)])
        elif roll < 0.5:
            book.cancel(rng.choice(known)[0])
        elif roll < 0.85:
            book.move(rng.choice(known)[0], rng.choice([SITE, OTHER_SITE]), BEGIN + timedelta(hours=rng.randrange(9)))
        else:
            book.remove(rng.choice(known)[0])

    def die_at_news(self) -> None:
        """The booth dies while it takes in what the office has changed."""
        self.change_bookings()
        self.booth.wake(Wake.STAFF)
        self.crash_later()

    def change_status(self) -> None:
        book = self.world.office.office.bookings
        book.put([booking(0, status=self.rng.choice(list(BookingStatus)))])

    def revoke(self) -> None:
        self.watch.allowed.revoked = True
        self.world.office.office.devices.revoke(self.booth.files.identity().device_id)

    def lag_safe_pos(self, lag: int) -> None:
        """The office's backup is behind by so many records."""
        self.watch.lag = lag

"""Who gets the keys at enrolment, and how a booth's keys change hands without losing anything."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.store import files, keys_choice
from kiosk_app.store.guards import Guard
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.keys_choice import Made, candidates, choose_holder, chosen, move_keys, open_holder
from kiosk_app.store.opening import open_journal, open_roster
from kiosk_app.store.windows_api import Dpapi
from kiosk_app.store.windows_keys import DpapiGuard
from tests.store.test_keys_windows import Crypt32


class FitGuard(DpapiGuard):
    """A guard that this machine has; `reason` is why it has not."""

    def __init__(self, reason: str = "", kind: str = "dpapi") -> None:
        self.kind = kind
        self._reason = reason
        system = Crypt32()
        super().__init__(Dpapi(system, system))

    def unfit(self) -> str:
        return self._reason


class ForgetfulGuard(FitGuard):
    def unseal(self, name: str, blob: bytes) -> bytes:
        return bytes(32)


def makers(**guards: Guard) -> dict[str, Callable[[], Made]]:
    """Each a guard of one machine, which stays the same however often it is asked for."""

    def maker(guard: Guard) -> Callable[[], Made]:
        return lambda: (guard, None)

    return {kind: maker(guard) for kind, guard in guards.items()}


def test_the_best_that_fits_is_chosen_once(folder: Path) -> None:
    here = makers(tpm=FitGuard("no TPM"), dpapi=FitGuard())
    holder = choose_holder(folder / "keys", makers=here)
    holder.ensure_device_key()
    assert (holder.describe(), chosen(folder / "keys")) == ("dpapi", "dpapi")
    better = {**makers(tpm=FitGuard(kind="tpm")), "dpapi": here["dpapi"]}
    again = choose_holder(folder / "keys", makers=better)
    assert again.describe() == "dpapi", "a booth that has keys keeps its holder"
    assert again.public_der() == holder.public_der()


def test_where_nothing_fits_files_hold_the_keys_and_warn(folder: Path) -> None:
    holder = choose_holder(folder / "keys", makers=makers(tpm=FitGuard("no TPM")))
    assert (holder.describe(), holder.warning) == ("file", "keys.file_warning")


def test_a_folder_from_before_anybody_could_choose_stays_with_files(folder: Path, keys: FileKeyHolder) -> None:
    assert chosen(folder / "keys") == "file"
    assert choose_holder(folder / "keys", makers=makers(tpm=FitGuard())).public_der() == keys.public_der()


@pytest.mark.parametrize("wanted", ["tpm", "cloud"])
def test_a_wanted_holder_that_is_not_there_is_refused(folder: Path, wanted: str) -> None:
    with pytest.raises(KioskError) as caught:
        choose_holder(folder / "keys", wanted, makers(tpm=FitGuard("no TPM")))
    assert caught.value.code == "keys-unfit"
    assert not list((folder / "keys").iterdir())


def test_files_may_be_wanted_where_more_is_there(folder: Path) -> None:
    assert choose_holder(folder / "keys", "file", makers(tpm=FitGuard())).describe() == "file"


def test_a_holder_that_went_away_is_an_error_and_no_new_keys_are_made(folder: Path) -> None:
    choose_holder(folder / "keys", makers=makers(tpm=FitGuard(kind="tpm"))).database_key("journal", create=True)
    other_machine = makers(tpm=FitGuard(kind="tpm"))
    with pytest.raises((KioskError, IndexError)):
        open_holder(folder / "keys", other_machine).database_key("journal", create=False)
    (folder / "keys" / "holder").write_bytes(b"cloud\n")
    with pytest.raises(KioskError) as caught:
        open_holder(folder / "keys", other_machine)
    assert caught.value.code == "keys-unknown-holder"


def test_keys_move_from_files_and_the_booth_stays_the_same(folder: Path, keys: FileKeyHolder) -> None:
    open_journal(folder / "journal.db", keys).close()
    open_roster(folder / "roster.db", keys).close()
    here = makers(dpapi=FitGuard())
    moved = move_keys(folder / "keys", "dpapi", here)
    assert moved.public_der() == keys.public_der() == open_holder(folder / "keys", here).ensure_device_key()
    open_journal(folder / "journal.db", moved).close()
    open_roster(folder / "roster.db", moved).close()
    assert moved.sign(b"message")
    names = sorted(path.name for path in (folder / "keys").iterdir())
    assert names == ["device-moved.dpapi", "holder", "journal.dpapi", "roster.dpapi"]
    with pytest.raises(KioskError) as caught:
        move_keys(folder / "keys", "dpapi", here)
    assert caught.value.code == "keys-held"


def test_a_holder_that_gives_back_another_key_moves_nothing(folder: Path, keys: FileKeyHolder) -> None:
    public = keys.public_der()
    with pytest.raises(KioskError) as caught:
        move_keys(folder / "keys", "tpm", makers(tpm=ForgetfulGuard()))
    assert caught.value.code == "keys-unfit"
    assert open_holder(folder / "keys").public_der() == public


@pytest.mark.parametrize("written", range(6))
def test_a_crash_at_any_step_of_a_move_leaves_every_key_in_one_place_at_least(
    folder: Path, keys: FileKeyHolder, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    """Three keys and the marker are written; the crash comes before the one after `written`."""
    public, journal = keys.public_der(), keys.database_key("journal", create=True)
    keys.database_key("roster", create=True)
    here = makers(dpapi=FitGuard())
    done: list[Path] = []

    def until(path: Path, data: bytes, mode: int = 0o600) -> None:
        if len(done) >= written:
            raise KeyboardInterrupt
        done.append(path)
        files.write_durably(path, data, mode)

    monkeypatch.setattr(keys_choice, "write_durably", until)
    if written < 4:
        with pytest.raises(KeyboardInterrupt):
            move_keys(folder / "keys", "dpapi", here)
    else:
        move_keys(folder / "keys", "dpapi", here)
    monkeypatch.setattr(keys_choice, "write_durably", files.write_durably)
    now = open_holder(folder / "keys", here)
    assert now.describe() == ("dpapi" if written >= 4 else "file")
    assert (now.public_der(), now.database_key("journal", create=False)) == (public, journal)
    if written < 4:
        assert move_keys(folder / "keys", "dpapi", here).public_der() == public


def test_this_machine_s_candidates_each_say_why_not() -> None:
    found = {one.kind: one.unfit for one in candidates()}
    assert list(found) == ["tpm", "systemd", "windows", "dpapi", "file"]
    assert found["file"] == ""
    assert all(isinstance(reason, str) for reason in found.values())

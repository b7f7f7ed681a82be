"""A nursery for all histories, and a pair of folders that is made once and copied for each."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.faults.chaos import Plan, prepare
from bench.faults.misdeeds import Misdeed
from bench.faults.nursery import Nursery

# Small enough for every run of the tests; the portal comes more often than the rest, for it alone tells some mutants from the truth.
SMALL = Plan(
    records=40, kills=3, office_kills=1, seed=3, share=0.5, life_s=1.0, batch=2, picture=20_000, read_s=0.8, clerk_s=0.3, last_s=60.0,
    kinds=(*Misdeed, *[Misdeed.PORTAL] * 5),
)  # fmt: skip


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as running:
        yield running


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pair")
    prepare(SMALL, folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, pair: Path) -> Path:
    """An enrolled booth and its office."""
    shutil.copytree(pair, tmp_path / "history")
    return tmp_path / "history"

"""The stage stands once for all cases of a worker."""

from collections.abc import Iterator

import pytest

from tests.hostile.stage import Stage, raised


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with raised(tmp_path_factory.mktemp("hostile")) as made:
        yield made

"""Buffers that are used again, and never while somebody still looks at them."""

import numpy as np

from kiosk_app.camera.pool import PicturePool
from kiosk_app.camera.preview import Previews, PreviewSize

SHAPE = (4, 6, 3)


def test_a_buffer_that_nobody_holds_is_used_again() -> None:
    pool = PicturePool(2)
    first = pool.take(SHAPE)
    address = first.ctypes.data
    del first
    assert pool.take(SHAPE).ctypes.data == address
    assert len(pool) == 1


def test_a_buffer_is_not_used_again_while_it_or_a_part_of_it_is_held() -> None:
    pool = PicturePool(3)
    whole = pool.copy(np.full(SHAPE, 7, np.uint8))
    part, memory = pool.copy(np.full(SHAPE, 8, np.uint8))[1:3, ::2].reshape(-1)[1:], pool.take(SHAPE).data
    for value in range(20):
        pool.copy(np.full(SHAPE, value, np.uint8))
    assert (whole == 7).all()
    assert (part == 8).all()
    assert memory.nbytes == whole.nbytes
    assert len(pool) == 3


def test_when_all_are_held_a_picture_gets_memory_of_its_own() -> None:
    pool = PicturePool(1)
    held = pool.copy(np.zeros(SHAPE, np.uint8))
    other = pool.copy(np.ones(SHAPE, np.uint8))
    assert not np.shares_memory(held, other)
    assert (held == 0).all()
    assert len(pool) == 1


def test_another_shape_lets_the_old_buffers_go() -> None:
    pool = PicturePool(4)
    old = pool.copy(np.full(SHAPE, 9, np.uint8))
    assert pool.take((2, 2)).shape == (2, 2)
    assert len(pool) == 1
    assert (old == 9).all()


def test_previews_that_are_held_stay_as_they_were_made() -> None:
    previews, size = Previews(), PreviewSize(8, 4, mirrored=True)
    pictures = [np.full((40, 80, 3), value, np.uint8) for value in range(0, 200, 20)]
    made = [previews.make(picture, size) for picture in pictures]
    assert [int(one[0, 0, 0]) for one in made] == list(range(0, 200, 20))
    assert all((one[:, :, :3] == one[0, 0, 0]).all() for one in made)

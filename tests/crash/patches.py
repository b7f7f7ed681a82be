"""Puts something else in the place of what a module uses: in a process of its own, so nothing needs to be put back."""

from types import ModuleType


def put_in_place(module: ModuleType, name: str, stand_in: object) -> None:
    """Raises LookupError where the module knows no such name: then nobody would meet the stand-in."""
    if not hasattr(module, name):
        raise LookupError(f"{module.__name__} has no {name} any more.")
    setattr(module, name, stand_in)

"""What can be wrong with a layout, found by measuring: clipped words, small targets, things over each other or off the window."""

from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

from kiosk_app.ui.kit.banner import Banner
from kiosk_app.ui.kit.chip import Chip
from kiosk_app.ui.kit.code_field import CodeField
from kiosk_app.ui.kit.pressable import Pressable
from kiosk_app.ui.theme import Look

_SLACK = 1  # fonts round their own way


def area_of(widget: QWidget, window: QWidget) -> QRect:
    """Where a widget lies on the window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def scrolls(widget: QWidget) -> bool:
    """Whether a widget lies in something that scrolls: there it may be outside of what can be seen now."""
    parent = widget.parentWidget()
    return parent is not None and (isinstance(parent, QScrollArea) or scrolls(parent))


def settle(window: QWidget) -> None:
    """All layouts done, also those that follow from others."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def faults(window: QWidget, look: Look) -> list[str]:
    """All that is wrong on the window as it is now, a sentence each; empty when all is well."""
    seen = [
        widget for widget in window.findChildren(QWidget) if widget.isVisible() and not widget.visibleRegion().isEmpty()
    ]
    found = [fault for widget in seen for fault in (*_clipped(widget), *_outside(widget, window))]
    buttons = [widget for widget in seen if isinstance(widget, QAbstractButton)]
    return found + _small(buttons, look) + _overlapping(seen, window)


def _name(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{type(widget).__name__} {widget.objectName()!r} {words!r}"


def _clipped(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel) and widget.text():
        room = widget.contentsRect()
        flags = int(widget.alignment()) | (int(Qt.TextFlag.TextWordWrap) if widget.wordWrap() else 0)
        needed = widget.fontMetrics().boundingRect(QRect(0, 0, room.width(), 100_000), flags, widget.text())
        if needed.height() > room.height() + _SLACK or needed.width() > room.width() + _SLACK:
            return [f"{_name(widget)} needs {needed.width()}x{needed.height()}, has {room.width()}x{room.height()}"]
    if isinstance(widget, Pressable) and widget.words():
        if widget.hasHeightForWidth() and widget.heightForWidth(widget.width()) > widget.height() + _SLACK:
            return [
                f"{_name(widget)} needs {widget.heightForWidth(widget.width())} px of height, has {widget.height()}"
            ]
        if widget.width() + _SLACK < min(widget.minimumSizeHint().width(), _longest_word(widget)):
            return [f"{_name(widget)} is narrower than its longest word"]
    if isinstance(widget, Banner | Chip | CodeField):
        hint = widget.minimumSizeHint()
        if hint.width() > widget.width() + _SLACK:
            return [f"{_name(widget)} needs {hint.width()} px of width, has {widget.width()}"]
    return []


def _longest_word(button: Pressable) -> int:
    return max((button.fontMetrics().horizontalAdvance(word) for word in button.words().split()), default=0)


def _outside(widget: QWidget, window: QWidget) -> list[str]:
    area = area_of(widget, window)
    return (
        []
        if scrolls(widget) or window.rect().contains(area)
        else [f"{_name(widget)} leaves the window: {area.getRect()}"]
    )


def _small(buttons: list[QAbstractButton], look: Look) -> list[str]:
    target = look.tokens.sizes.target
    return [
        f"{_name(button)} is {button.width()}x{button.height()}, a target has {target}"
        for button in buttons
        if min(button.width(), button.height()) < target
    ]


def _overlapping(seen: list[QWidget], window: QWidget) -> list[str]:
    solid = [
        w
        for w in seen
        if isinstance(w, QLabel | QAbstractButton | CodeField | Chip) and not scrolls(w) and not _covered(w)
    ]
    areas = [(widget, area_of(widget, window)) for widget in solid]
    return [
        f"{_name(first)} and {_name(second)} lie over each other"
        for (first, one), (second, other) in combinations(areas, 2)
        if one.intersects(other) and not first.isAncestorOf(second) and not second.isAncestorOf(first)
    ]


def _covered(widget: QWidget) -> bool:
    """Whether the question to somebody who is idle lies over it."""
    window = widget.window()
    question = window.findChild(QWidget, "idle")
    return question is not None and question.isVisible() and not question.isAncestorOf(widget)

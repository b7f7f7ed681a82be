"""Qt's own messages go where all messages go: named, scrubbed, and without those that say nothing."""

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_logger = logging.getLogger("qt")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
# The offscreen platform has no window manager and says so for every window.
_MEANINGLESS = ("This plugin does not support propagateSizeHints()",)


def route_qt_messages() -> None:
    """From now on, for this process."""
    qInstallMessageHandler(_pass_on)


def _pass_on(kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
    if text not in _MEANINGLESS:
        _logger.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category or "default", text or "")

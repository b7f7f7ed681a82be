"""Something did not work: said kindly, nothing is shown as done, and the code of the fault is there for the technician.

A booth that no officer has opened yet is no fault, and is told in words of its own.
"""

from PySide6.QtCore import Qt, Signal

from kiosk_app.booth.flow import Screen
from kiosk_app.errors import KioskError
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.screens.base import Actions, ScreenContext, ScreenView
from kiosk_app.ui.theme.tokens import Role, Tone

_NOT_OPEN_YET = "roster-closed"


class TroubleScreen(ScreenView):
    """For applicants: the details are none of their business, the small code is for staff."""

    finished = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.TROUBLE)
        self._code = ""
        self._label = context.label(role=Role.CAPTION, tone=Tone.MUTED)
        self._label.setObjectName("trouble.code")
        self.column.addStretch(1)
        self._mark = IconView(context.look, "wrench", size="icon_xl", tone=Tone.WARNING, well="warning_soft")
        self.column.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        self._title = context.label(role=Role.TITLE)
        self._lead = context.label(role=Role.LEAD, tone=Tone.MUTED)
        for label in (self._title, self._lead, self._label):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.column.addWidget(label)
        self.column.addStretch(2)
        done = context.button("trouble.done", "btn.home", icon="rotate-ccw")
        done.clicked.connect(self.finished)
        self.column.addWidget(Actions(context.look, done))
        self.refresh()

    def show_failure(self, error: KioskError) -> None:
        """What failed."""
        self._code = error.code
        self.refresh()

    def clear(self) -> None:
        """It is over."""
        self._code = ""
        self.refresh()

    def refresh(self) -> None:
        """The words, and the code of a fault."""
        words, waiting = self.context.words, self._code == _NOT_OPEN_YET
        self._mark.set_icon("hourglass" if waiting else "wrench")
        self._title.setText(words.tr(f"err.{_NOT_OPEN_YET}" if waiting else "err.general"))
        self._lead.setText(words.tr(f"err.{_NOT_OPEN_YET}.do" if waiting else "trouble.lead"))
        self._label.setText(words.tr("err.label", code=self._code) if self._code and not waiting else "")

"""An officer was called. Large and calm, so that the officer sees from afar where."""

from PySide6.QtCore import Qt, Signal

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.screens.base import Actions, ScreenContext, ScreenView
from kiosk_app.ui.theme.tokens import Role, Tone


class HelpScreen(ScreenView):
    """`backWanted`: go on where the person was."""

    finished = Signal()
    backWanted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.HELP)
        self.column.addStretch(1)
        mark = IconView(context.look, "bell-ring", size="icon_xl", tone=Tone.WARNING, well="warning_soft")
        self.column.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
        for key, role, tone in (("help.title", Role.TITLE, Tone.NORMAL), ("help.coming", Role.LEAD, Tone.MUTED)):
            label = context.label(key, role, tone)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.column.addWidget(label)
        self.column.addStretch(2)
        back = context.button("help.back", "help.resume", icon="arrow-left", kind=Kind.SECONDARY)
        done = context.button("help.done", "btn.done", icon="check")
        back.clicked.connect(self.backWanted)
        done.clicked.connect(self.finished)
        self.column.addWidget(Actions(context.look, back, done))

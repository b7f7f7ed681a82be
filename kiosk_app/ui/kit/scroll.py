"""A list that is longer than the screen: moved with the finger, as on a telephone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QWidget

from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.theme.look import Look


class ScrollColumn(QScrollArea):
    """A column that scrolls up and down: `scroll.column.addWidget(...)`. Its content keeps to the top."""

    def __init__(self, look: Look, *, gap: str = "m", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        # A layout that is aligned to the top takes its hint for its height, which is too little for text that wraps.
        outer = Column(look, content, gap="")
        self.column = Column(look, gap=gap)
        outer.addLayout(self.column)
        outer.addStretch(1)
        self.setWidget(content)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

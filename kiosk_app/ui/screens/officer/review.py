"""The photo as it will be sent: seen by the applicant, decided by the officer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.kit.photo_view import PhotoView
from kiosk_app.ui.kit.scroll import ScrollColumn
from kiosk_app.ui.kit.tile import TileButton
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Stage
from kiosk_app.ui.screens.officer.rule_list import RuleList
from kiosk_app.ui.services import CaptureView
from kiosk_app.ui.theme.tokens import Role, Tone


class ReviewScreen(ScreenView):
    """`accepted(reason)`: "" for a photo that holds all rules, else the catalogue key of the officer's reason."""

    retakeWanted = Signal()
    accepted = Signal(str)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.REVIEW)
        look = context.look
        self._photo: CaptureView | None = None
        self._attempts = (0, 0)
        self._picture = PhotoView(look)
        self._picture.setObjectName("review.photo")
        self._heading = Heading(context)
        self._rules = RuleList(context)
        self._tries = context.label(role=Role.CAPTION, tone=Tone.MUTED)
        checks = QWidget()
        column = Column(look, checks, gap="m")
        column.addWidget(context.label("photo.rules", Role.STRONG, Tone.MUTED))
        column.addWidget(self._rules)
        column.addWidget(self._tries)
        column.addWidget(context.label("cam.officer", Role.CAPTION, Tone.MUTED))
        column.addStretch(1)
        self._reasons = ScrollColumn(look, gap="gap")
        self._tiles: list[TileButton] = []
        self._pages = QStackedWidget()
        self._pages.addWidget(checks)
        self._pages.addWidget(self._reasons)
        head = QWidget()
        top = Column(look, head, gap="l")
        top.addWidget(self._heading)
        top.addWidget(self._pages, 1)
        self._use = context.button("review.use", "cam.use", icon="check")
        self._use.clicked.connect(self._use_wanted)
        self._retake = context.button("review.retake", "cam.retake", icon="rotate-ccw", kind=Kind.SECONDARY)
        self._retake.clicked.connect(self.retakeWanted)
        actions = Actions(look, self._retake, self._use, stacked=True)
        self.column.addLayout(Stage(look, head, self._picture, actions, main_left=True, shares=(6, 5)), 1)
        self.refresh()

    @property
    def asks_reason(self) -> bool:
        """Whether the officer is being asked why."""
        return self._pages.currentWidget() is self._reasons

    def show_photo(self, photo: CaptureView, attempts: int, tries: int) -> None:
        """Shows a capture."""
        self._photo = photo
        self._attempts = (attempts, tries)
        self._picture.set_photo(photo.jpeg)
        self._rules.show_verdicts(photo.verdicts)
        self._pages.setCurrentIndex(0)
        self.refresh()

    def clear(self) -> None:
        """Forgets the photo."""
        self._photo = None
        self._attempts = (0, 0)
        self._picture.clear_photo()
        self._rules.show_verdicts({})
        self._pages.setCurrentIndex(0)
        self.refresh()

    def refresh(self) -> None:
        """All texts, and the reasons of the rules in force."""
        words = self.context.words
        attempts, tries = self._attempts
        if self.asks_reason:
            self._heading.set_texts(words.tr("override.title"), words.tr("override.lead"))
        else:
            good = self._photo is None or self._photo.acceptable
            self._heading.set_texts(words.tr("photo.review"), words.tr("cam.ok" if good else "photo.review.lead"))
        self._tries.setText(words.tr("photo.attempt", n=max(attempts, 1), total=max(tries, 1)))
        wants_reason = self._photo is not None and not self._photo.acceptable
        self._use.setText(words.tr("photo.override" if wants_reason else "cam.use"))
        self._use.setVisible(not self.asks_reason)
        for tile in self._tiles:
            self._reasons.column.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = [self._tile(key) for key in self.context.profile().override_reasons]

    def _tile(self, key: str) -> TileButton:
        tile = TileButton(self.context.look, self.context.words.tr(key), icon="pencil")
        tile.setObjectName(f"review.reason.{key}")
        tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        tile.clicked.connect(lambda: self.accepted.emit(key))
        self._reasons.column.addWidget(tile)
        return tile

    def _use_wanted(self) -> None:
        if self._photo is None:
            return
        if self._photo.acceptable:
            self.accepted.emit("")
        else:
            self._pages.setCurrentWidget(self._reasons)
            self.refresh()

"""The photo as it will be sent: seen by the applicant, decided by the officer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.kit.photo_view import PhotoView
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Stage
from kiosk_app.ui.screens.officer.choice_grid import Choice, ChoiceGrid
from kiosk_app.ui.screens.officer.rule_list import RuleList
from kiosk_app.ui.services import CaptureView
from kiosk_app.ui.theme.tokens import Role

_ANY_REASON = "override.judged"  # where the office has published no reasons, the officer's judgement is one


class ReviewScreen(ScreenView):
    """`accepted(reason)`: "" for a photo that holds all rules, else the catalogue key of the officer's reason."""

    retakeWanted = Signal()
    accepted = Signal(str)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.REVIEW)
        look = context.look
        self._photo: CaptureView | None = None
        self._picture = PhotoView(look)
        self._picture.setObjectName("review.photo")
        self._heading = Heading(context, role=Role.HEADING)
        self._rules = RuleList(context)
        checks = QWidget()
        column = Column(look, checks, gap="m")
        column.addWidget(self._rules)
        column.addStretch(1)
        self._reasons = ChoiceGrid(context, tiles=False)
        self._reasons.chosen.connect(self.accepted)
        self._pages = QStackedWidget()
        self._pages.addWidget(checks)
        self._pages.addWidget(self._reasons)
        head = QWidget()
        top = Column(look, head, gap="m")
        top.addWidget(self._heading)
        top.addWidget(self._pages, 1)
        self._use = context.button("review.use", "", icon="check")
        self._use.clicked.connect(self._use_wanted)
        self._retake = context.button("review.retake", "cam.retake", icon="rotate-ccw", kind=Kind.SECONDARY)
        self._retake.clicked.connect(self.retakeWanted)
        actions = Actions(look, self._retake, self._use)
        self.column.addLayout(Stage(look, head, self._picture, actions, main_left=True, shares=(6, 5)), 1)
        self.refresh()

    @property
    def asks_reason(self) -> bool:
        """Whether the officer is being asked why."""
        return self._pages.currentWidget() is self._reasons

    def show_photo(self, photo: CaptureView) -> None:
        """Shows a capture."""
        self._photo = photo
        self._picture.set_photo(photo.jpeg)
        self._rules.show_verdicts(photo.verdicts)
        self._pages.setCurrentIndex(0)
        self.refresh()

    def clear(self) -> None:
        """Forgets the photo."""
        self._photo = None
        self._picture.clear_photo()
        self._rules.show_verdicts({})
        self._pages.setCurrentIndex(0)
        self.refresh()

    def refresh(self) -> None:
        """All texts, and the reasons of the rules in force."""
        words = self.context.words
        if self.asks_reason:
            self._heading.set_texts(words.tr("override.title"), words.tr("override.lead"))
        else:
            good = self._photo is None or self._photo.acceptable
            self._heading.set_texts(words.tr("photo.review"), words.tr("cam.ok" if good else "cam.officer"))
        wants_reason = self._photo is not None and not self._photo.acceptable
        self._use.setText(words.tr("photo.override" if wants_reason else "cam.use"))
        self._use.setVisible(not self.asks_reason)
        reasons = self.context.profile().override_reasons or (_ANY_REASON,)
        self._reasons.show_choices([Choice(key, key, "pencil", f"review.reason.{key}") for key in reasons])

    def _use_wanted(self) -> None:
        if self._photo is None:
            return
        if self._photo.acceptable:
            self.accepted.emit("")
        else:
            self._pages.setCurrentWidget(self._reasons)
            self.refresh()

"""The live picture with one advice at a time, large enough for the person who sits in front of it."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.booth.desk import VisitCard
from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.camera_preview import CameraPreview
from kiosk_app.ui.kit.guides import Guide, GuideState
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.messages import message_of
from kiosk_app.ui.screens.base import Actions, ScreenContext, ScreenView, Stage
from kiosk_app.ui.screens.officer.rule_list import RuleList
from kiosk_app.ui.services import PreviewImage
from kiosk_app.ui.theme.tokens import Role, Tone


class PhotoScreen(ScreenView):
    """`captureWanted` by the officer's hand, `skipped` to go on without a new photo."""

    captureWanted = Signal()
    skipped = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.PHOTO)
        look = context.look
        self._card: VisitCard | None = None
        self._advice = ""
        self._ready = False
        self._fault = ""
        self._attempts = (0, 0)
        self.preview = CameraPreview(look, Guide.HEAD, icon="camera")
        self.preview.setObjectName("photo.preview")
        # The picture takes what is left over.
        self.preview.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._say = context.label(role=Role.TITLE, tone=Tone.PRIMARY)
        self._say.setObjectName("photo.advice")
        self._say.setAlignment(Qt.AlignmentFlag.AlignCenter)
        main = QWidget()
        live = Column(look, main, gap="m")
        live.addWidget(self.preview, 1)
        live.addWidget(self._say)
        self._tries = context.label(role=Role.CAPTION, tone=Tone.MUTED)
        self._tries.setObjectName("photo.attempts")
        self._banner = Banner(look)
        self._banner.setObjectName("photo.message")
        self._rules = RuleList(context)
        head = QWidget()
        column = Column(look, head, gap="m")
        column.addWidget(context.label("cam.title", Role.HEADING))
        column.addWidget(self._tries)
        column.addWidget(self._rules)
        column.addWidget(self._banner)
        self.capture = context.button("photo.capture", "photo.capture", icon="camera")
        self.capture.clicked.connect(self.captureWanted)
        skip = context.button("photo.skip", "photo.skip", icon="skip-forward", kind=Kind.SECONDARY)
        skip.clicked.connect(self.skipped)
        actions = Actions(look, skip, self.capture)
        self.column.addLayout(Stage(look, head, main, actions, main_left=True, shares=(6, 7)), 1)
        look.changed.connect(self._hold_room)
        self._hold_room()
        self.refresh()

    def show_card(self, card: VisitCard) -> None:
        """Whose photo this is."""
        self._card = card
        self.refresh()

    def show_frame(self, image: PreviewImage) -> None:
        """A picture of the camera."""
        self.preview.set_frame(image.data, image.width, image.height, image.stride)

    def show_live(self, verdicts: Mapping[str, str], advice: str, acceptable: bool) -> None:
        """How the rules stand, and the advice to give now ("" for none)."""
        self._rules.show_verdicts(verdicts)
        if (advice, acceptable) != (self._advice, self._ready):
            self._advice, self._ready = advice, acceptable
            self.refresh()

    def show_attempts(self, attempts: int, tries: int) -> None:
        """How often a photo was shown; after `tries` the officer helps."""
        self._attempts = (attempts, tries)
        self.show_busy(False)
        self.refresh()

    def show_busy(self, busy: bool) -> None:
        """While the camera takes the photo."""
        self.capture.set_busy(busy)

    def show_camera_fault(self, code: str) -> None:
        """The camera does not work ("" when it does again)."""
        self._fault = code
        if code:
            self.preview.clear_frame()
            self._rules.show_verdicts({})
        self.refresh()

    def clear(self) -> None:
        """Forgets the person."""
        self._card = None
        self._advice = ""
        self._ready = False
        self._attempts = (0, 0)
        self.preview.clear_frame()
        self._rules.show_verdicts({})
        self.show_busy(False)
        self.refresh()

    def _hold_room(self) -> None:
        """Two lines of advice at any time: the picture must not jump when one advice is longer than the other."""
        self._say.setMinimumHeight(2 * QFontMetrics(self._say.font()).lineSpacing())

    def refresh(self) -> None:
        """Advice, attempts, messages."""
        words = self.context.words
        attempts, tries = self._attempts
        number = self._card.visit.number if self._card is not None else ""
        tried = tries > 0 and attempts >= tries
        attempt = words.tr("photo.attempt", n=attempts + 1, total=max(tries, 1))
        self._tries.setText(words.tr("photo.help", n=tries) if tried else f"{number} · {attempt}")
        self._tries.set_tone(Tone.WARNING if tried else Tone.MUTED)
        self.preview.set_message(words.tr("cam.error" if self._fault else "cam.ready"))
        state = GuideState.ADVICE if self._advice else GuideState.GOOD if self._ready else GuideState.NEUTRAL
        self.preview.set_guide(Guide.HEAD, state)
        self._say.setText(words.tr(self._advice or ("photo.hold" if self._ready else "cam.ready")))
        self._say.set_tone(Tone.WARNING if self._advice else Tone.SUCCESS if self._ready else Tone.PRIMARY)
        self._banner.setVisible(bool(self._fault))
        self._rules.setVisible(not self._fault)
        if self._fault:
            message = message_of(self._fault, words)
            self._banner.set_message(Mood.ERROR, words.tr(message.what), words.tr(message.do) if message.do else "")

"""Hold the code to the camera: the picture shows where, and what to do when it does not go."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.camera_preview import CameraPreview
from kiosk_app.ui.kit.guides import Guide
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Stage
from kiosk_app.ui.services import PreviewImage

_TIP_MS = 6000
# What the camera makes of a code that it sees and cannot read.
_ADVICE = {
    "closer": "scan.closer",
    "back": "scan.back",
    "still": "scan.still",
    "bright": "scan.bright",
    "tilt": "scan.tilt",
}


class ScanScreen(ScreenView):
    """`gaveUp`: the code that was read is none of ours and there is no other."""

    typingWanted = Signal()
    noCodeWanted = Signal()
    gaveUp = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.SCAN)
        look = context.look
        self._hint: tuple[Mood, str, str] | None = None
        self._fault = ""
        self.preview = CameraPreview(look, Guide.CODE, icon="scan-qr-code")
        self.preview.setObjectName("scan.preview")
        # The picture takes what is left over.
        self.preview.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._banner = Banner(look)
        self._banner.setObjectName("scan.hint")
        head = QWidget()
        column = Column(look, head, gap="l")
        self._heading = Heading(context, "scan.title", "scan.hint")
        column.addWidget(self._heading)
        column.addWidget(self._banner)
        typing = context.button("scan.type", "scan.manual", icon="keyboard", kind=Kind.SECONDARY, tall=False)
        typing.clicked.connect(self.typingWanted)
        self._nothing = context.button(
            "scan.no_code", "menu.nocode", icon="circle-question-mark", kind=Kind.SECONDARY, tall=False
        )
        self._nothing.clicked.connect(self.noCodeWanted)
        self._no_other = context.button("scan.no_other", "scan.no_other", icon="ban", kind=Kind.SECONDARY, tall=False)
        self._no_other.clicked.connect(self.gaveUp)
        actions = Actions(look, self._no_other, typing, self._nothing, stacked=True)
        self.column.addLayout(Stage(look, head, self.preview, actions, main_left=True, shares=(4, 6)), 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TIP_MS)
        self._timer.timeout.connect(self._give_tip)
        self.clear()

    def show_frame(self, image: PreviewImage) -> None:
        """A picture of the camera."""
        self.preview.set_frame(image.data, image.width, image.height, image.stride)

    def show_foreign(self) -> None:
        """The code in the picture is none of ours."""
        self._timer.stop()
        self._offer_no_other(True)
        self._tell(Mood.WARNING, "scan.foreign", "scan.foreign.do")

    def show_advice(self, advice: str) -> None:
        """What would help to read the code in the picture; "" when no code waits to be read any more."""
        if advice:
            self._timer.stop()
            self._tell(Mood.INFO, "scan.seen", _ADVICE[advice])
        elif self._hint is not None and self._hint[1] == "scan.seen":
            self._hint = None
            self._timer.start()
            self.refresh()

    def show_camera_fault(self, code: str) -> None:
        """The camera does not work ("" when it does again): typing goes on."""
        self._fault = code
        if code:
            self.preview.clear_frame()
        self.refresh()

    def refresh(self) -> None:
        """The hint that fits."""
        words = self.context.words
        self.preview.set_message(words.tr("cam.error" if self._fault else "scan.lead"))
        hint = (Mood.WARNING, "scan.nocamera", "") if self._fault else self._hint
        self._banner.setVisible(hint is not None)
        self._heading.lead.setVisible(hint is None)
        if hint is not None:
            mood, what, do = hint
            self._banner.set_message(mood, words.tr(what), words.tr(do) if do else "")

    def clear(self) -> None:
        """For the next person nothing was held up yet."""
        self._hint = None
        self._offer_no_other(False)
        self.preview.clear_frame()
        self.refresh()

    def entered(self) -> None:
        """After some seconds without a code there is a tip."""
        if self._hint is None:
            self._timer.start()

    def left(self, to: Screen) -> None:
        """The tip is for those who stay."""
        self._timer.stop()
        self.clear()

    def _offer_no_other(self, offered: bool) -> None:
        """One of the two ways on for somebody without a code of ours."""
        self._no_other.setVisible(offered)
        self._nothing.setVisible(not offered)

    def _give_tip(self) -> None:
        self._tell(Mood.INFO, "scan.bright", "scan.steady")

    def _tell(self, mood: Mood, what: str, do: str) -> None:
        self._hint = (mood, what, do)
        self.refresh()

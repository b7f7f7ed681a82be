"""The one window of the booth: full screen, no way out but the app's own, every screen in its frame."""

from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QLayout, QStackedWidget, QWidget

from kiosk_app.booth.flow import OFFICER_SCREENS, Event, Screen
from kiosk_app.errors import KioskError
from kiosk_app.paths import assets_dir
from kiosk_app.ui.bridge import Bridge
from kiosk_app.ui.controller import Controller
from kiosk_app.ui.frame import ApplicantFooter, Notice, OfficerFooter, PracticeMark
from kiosk_app.ui.gesture import HoldGesture
from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit.banner import Mood
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.kit.status_bar import LinkState, StatusBar
from kiosk_app.ui.messages import message_for, step_keys
from kiosk_app.ui.screens.all import ScreenSet
from kiosk_app.ui.screens.base import ScreenContext
from kiosk_app.ui.screens.idle_warning import IdleWarning
from kiosk_app.ui.services import Services
from kiosk_app.ui.theme.fonts import load_fonts
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.metrics import Metrics

_CLOCK_MS = 1000
_STOPPABLE = frozenset({Screen.CONFIRM, Screen.BIRTH_DATE})  # the others have their own way back or out
_NOTICE_MS = 12_000
_TOUCHES = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.TouchBegin,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
    }
)


class KioskWindow(QWidget):
    """`screenChanged(Screen)` after a screen has come up, filled.

    `windowed` is for looking at it on a desk: a plain window that can be closed. `metrics` is the display's, where it is not
    to be asked; `strict` makes a missing text an error (tests).
    """

    screenChanged = Signal(object)

    def __init__(
        self,
        services: Services,
        bridge: Bridge,
        windowed: bool = False,
        *,
        metrics: Metrics | None = None,
        strict: bool = False,
    ) -> None:
        super().__init__()
        self._services = services
        self._windowed = windowed
        self._may_close = windowed
        assets = assets_dir()
        self._app = _the_app()
        if not _fonts_loaded(self._app):
            load_fonts(assets / "fonts")
        self.words = Translator(assets / "i18n", strict=strict)
        screen = QGuiApplication.primaryScreen()
        self.look = Look(assets / "icons", metrics or Metrics.of_screen(screen), parent=self)
        self.look.dress(self)
        context = ScreenContext(self.look, self.words, services.profiles.current, services.clock)
        self.screens = ScreenSet(context)
        self.controller = Controller(services, bridge, self.screens, self.words, self)
        self._build(context)
        self._connect()
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._show_clock)
        self._clock.start()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        if not windowed:
            self.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.screens.sync.show_key_warning(services.key_warning)
        self._show_clock()
        self._show_link()
        self.controller.start()

    @property
    def screen_name(self) -> Screen:
        """The screen now."""
        return self.controller.way.screen

    def open(self) -> None:
        """Shows the window: over the whole display, or as a plain window with `windowed`."""
        if self._windowed:
            self.show()
        else:
            # Without a window manager, as a kiosk should be under X11, nobody else gives the window the display's size.
            self.setGeometry(QGuiApplication.primaryScreen().geometry())
            self.showFullScreen()

    def allow_close(self) -> None:
        """From now on the window may be closed: the app is about to end."""
        self._may_close = True

    def grab_screen(self) -> QPixmap:
        """A picture of the window as it is."""
        return self.grab()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every touch says that somebody is there; the touch itself goes on."""
        if event.type() in _TOUCHES and isinstance(watched, QWidget) and watched.window() is self:
            self.controller.touched()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nobody closes the booth from the outside."""
        if self._may_close:
            self._app.removeEventFilter(self)
            event.accept()
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The question covers the whole window."""
        super().resizeEvent(event)
        self._idle.setGeometry(self.rect())

    def _build(self, context: ScreenContext) -> None:
        self._status = StatusBar(self.look)
        self._status.setObjectName("status")
        self._status.brand.setObjectName("status.brand")
        self._stack = QStackedWidget()
        for view in self.screens.views:
            self._stack.addWidget(view)
        self._footer = ApplicantFooter(context)
        self._desk = OfficerFooter(context, self._services.booth_name)
        self._notice = Notice(context)
        self._notice_timer = QTimer(self)
        self._notice_timer.setSingleShot(True)
        self._notice_timer.setInterval(_NOTICE_MS)
        self._notice_timer.timeout.connect(self._notice.hide)
        self._idle = IdleWarning(context, self)
        column = Column(self.look, self, gap="")
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the window is the display, whatever is in it
        column.addWidget(self._status)
        if self._services.practice:
            column.addWidget(PracticeMark(context))
        column.addWidget(self._notice)
        column.addWidget(self._stack, 1)
        column.addWidget(self._footer)
        column.addWidget(self._desk)

    def _connect(self) -> None:
        control = self.controller
        control.screenChanged.connect(self._show)
        control.linkChanged.connect(self._show_link)
        control.way.noticed.connect(self._tell)
        control.idle.warned.connect(self._warn)
        control.idle.resumed.connect(self._idle.hide)
        control.idle.expired.connect(self._idle.hide)
        self._idle.continued.connect(control.touched)
        self._footer.backWanted.connect(control.back_wanted)
        self._footer.finishWanted.connect(control.finish_wanted)
        self._footer.helpWanted.connect(control.help_wanted)
        self._desk.queueWanted.connect(control.counter.show_queue)
        self._desk.syncWanted.connect(control.sync_wanted)
        self._desk.logOutWanted.connect(control.log_out_wanted)
        self.words.languageChanged.connect(self._follow_language)
        self._gesture = HoldGesture(self._status.brand)
        self._gesture.held.connect(control.officer_wanted)
        self._app.installEventFilter(self)
        self.look.watch_focus(self._app)

    def _show(self, screen: Screen) -> None:
        before = self._stack.currentWidget()
        view = self.screens.of(screen)
        way = self.controller.way
        officers = screen in OFFICER_SCREENS
        session = self.controller.counter.session
        self._footer.setVisible(not officers and screen is not Screen.LOGIN)
        self._desk.setVisible(officers)
        self._desk.follow(screen, session.name if session is not None else "")
        back = way.allows(Event.BACK) and screen is not Screen.HELP  # that one has its own
        self._footer.follow(back, screen in _STOPPABLE, way.allows(Event.WANTS_HELP))
        self._notice.hide()
        self._idle.hide()
        if before is not view:
            self._stack.setCurrentWidget(view)
            for other in self.screens.views:
                if other is before:
                    other.left(screen)
        view.entered()
        self.screenChanged.emit(screen)

    def _follow_language(self, _language: str) -> None:
        self._show_clock()
        self._show_link()

    def _show_clock(self) -> None:
        profile = self._services.profiles.current()
        now: datetime = self._services.clock.now()
        said = self.words.formats
        self._status.set_office(profile.office_name, profile.ministry_name)
        self._status.set_clock(said.time(now, profile.zone), said.long_date(now.astimezone(profile.zone).date()))

    def _show_link(self) -> None:
        link, words = self.controller.link, self.words
        waiting = link.waiting + link.blobs_waiting
        if not link.online:
            state = LinkState.OFFLINE if link.step in ("link", "dns", "unknown") else LinkState.TROUBLE
            self._status.set_link(state, words.tr(step_keys(link.step, words)[0]))
        elif waiting:
            self._status.set_link(LinkState.SENDING, words.count("link.sending", waiting))
        else:
            self._status.set_link(LinkState.ONLINE, words.tr("link.online"))

    def _warn(self, seconds: int) -> None:
        rules = self._services.profiles.current().screens
        self._idle.show_left(seconds, rules.warning_seconds)

    def _tell(self, error: KioskError) -> None:
        message = message_for(error, self.words)
        self._notice.set_message(
            Mood.ERROR, self.words.tr(message.what), self.words.tr(message.do) if message.do else ""
        )
        self._notice.show()
        self._notice_timer.start()


def _the_app() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("A window wants a QApplication first.")
    return app


def _fonts_loaded(app: QApplication) -> bool:
    """Whether this program has its fonts already; they belong to the application, not to a window."""
    loaded = bool(app.property("kiosk_fonts"))
    app.setProperty("kiosk_fonts", True)
    return loaded

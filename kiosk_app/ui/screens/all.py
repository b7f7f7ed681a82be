"""All screens of the booth, made once at the start."""

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.screens.applicant.attract import AttractScreen
from kiosk_app.ui.screens.applicant.birth_date import BirthDateScreen
from kiosk_app.ui.screens.applicant.confirm import ConfirmScreen
from kiosk_app.ui.screens.applicant.help import HelpScreen
from kiosk_app.ui.screens.applicant.language import LanguageScreen
from kiosk_app.ui.screens.applicant.no_code import NoCodeScreen
from kiosk_app.ui.screens.applicant.scan import ScanScreen
from kiosk_app.ui.screens.applicant.ticket import TicketScreen
from kiosk_app.ui.screens.applicant.trouble import TroubleScreen
from kiosk_app.ui.screens.applicant.turned_away import TurnedAwayScreen
from kiosk_app.ui.screens.applicant.type_code import TypeCodeScreen
from kiosk_app.ui.screens.base import ScreenContext, ScreenView
from kiosk_app.ui.screens.officer.documents import DocumentsScreen
from kiosk_app.ui.screens.officer.done import DoneScreen
from kiosk_app.ui.screens.officer.login import LoginScreen
from kiosk_app.ui.screens.officer.photo import PhotoScreen
from kiosk_app.ui.screens.officer.queue import QueueScreen
from kiosk_app.ui.screens.officer.review import ReviewScreen
from kiosk_app.ui.screens.officer.sync import SyncScreen


class ScreenSet:
    """Every screen by its name; `of` gives one for a place in the flow."""

    def __init__(self, context: ScreenContext) -> None:
        self.attract = AttractScreen(context)
        self.language = LanguageScreen(context)
        self.scan = ScanScreen(context)
        self.type_code = TypeCodeScreen(context)
        self.no_code = NoCodeScreen(context)
        self.confirm = ConfirmScreen(context)
        self.birth_date = BirthDateScreen(context)
        self.ticket = TicketScreen(context)
        self.turned_away = TurnedAwayScreen(context)
        self.help = HelpScreen(context)
        self.trouble = TroubleScreen(context)
        self.login = LoginScreen(context)
        self.queue = QueueScreen(context)
        self.documents = DocumentsScreen(context)
        self.photo = PhotoScreen(context)
        self.review = ReviewScreen(context)
        self.done = DoneScreen(context)
        self.sync = SyncScreen(context)
        self._by_name: dict[Screen, ScreenView] = {
            screen.name: screen for screen in vars(self).values() if isinstance(screen, ScreenView)
        }

    @property
    def views(self) -> tuple[ScreenView, ...]:
        """All of them."""
        return tuple(self._by_name.values())

    def of(self, screen: Screen) -> ScreenView:
        """The widget of a screen."""
        return self._by_name[screen]

    def clear(self) -> None:
        """Every screen forgets the person."""
        for view in self.views:
            view.clear()

"""The one error that people get to read: what is wrong and what to do, in one line."""


class KioskError(Exception):
    """A fault that somebody can act on.

    `code` is a stable slug ("camera-missing") under which the screens find their own words; `message` and `action` are the
    English one-liner of the command line. Neither may hold personal data: both may reach a log.
    """

    def __init__(self, code: str, message: str, action: str) -> None:
        super().__init__(f"{message} {action}")
        self.code = code
        self.message = message
        self.action = action

"""Logging: ids and outcomes on standard error, never what people wrote, never the token."""

import logging
import re
import traceback
from types import TracebackType

OURS = ("bot", "db", "faq")
SECRET = re.compile(r"\b(bot)?\d{3,}:[A-Za-z0-9_-]{3,}")


class NoSecrets(logging.Filter):
    """Blots out whatever looks like a bot token, also in the records of libraries."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record pass, rewritten."""
        record.msg, record.args = SECRET.sub("[token]", record.getMessage()), ()
        return True


class Discreet(logging.Formatter):
    """Shows where an error came from, but not its message: that may quote what somebody wrote."""

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """The frames and the types, the cause last."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            lines += [*traceback.format_tb(error.__traceback__), f"{type(error).__qualname__}\n"]
            error = error.__cause__ or error.__context__
        return "".join(lines).rstrip()


def start(level: str) -> None:
    """Log from here on.

    The level is for this software; libraries speak from WARNING on, because at lower levels they show requests with
    the token (httpx) and whole messages (python-telegram-bot, which also quotes an answer that it cannot read).
    """
    handler = logging.StreamHandler()
    handler.addFilter(NoSecrets())
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    for name in OURS:
        logging.getLogger(name).setLevel(level)

"""Logging: ids and outcomes on standard error, never what people wrote, never the token."""

import logging
import re

SECRET = re.compile(r"\b(bot)?\d{3,}:[A-Za-z0-9_-]{3,}")


class NoSecrets(logging.Filter):
    """Blots out whatever looks like a bot token, also in the records of libraries."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record pass, rewritten."""
        record.msg, record.args = SECRET.sub("[token]", record.getMessage()), ()
        return True


def start(level: str) -> None:
    """Log from here on. httpx names the request address, and with it the token, at INFO: it is raised to WARNING."""
    handler = logging.StreamHandler()
    handler.addFilter(NoSecrets())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)

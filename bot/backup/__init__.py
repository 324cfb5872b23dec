"""A whole copy of what the ward was told, and the way back from it."""

from bot.runtime.stop import CannotServe


class Refused(CannotServe):
    """A backup or a restore that would do harm or is not possible; the message is one sentence."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence, code)

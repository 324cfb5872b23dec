"""Reasons for which a process ends instead of going on."""


class CannotServe(Exception):
    """Going on would do harm or nothing; the message is one sentence for whoever looks after the bot.

    Exit codes: 2 a setting, profile or database to mend; 3 the token is not accepted; 4 another process polls with the
    same token; 5 another process serves the same database.
    """

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code

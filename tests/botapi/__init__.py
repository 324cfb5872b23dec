"""The parts of the strict stand-in of the Telegram Bot API."""

"""What officers write, as the small HTML of announcements: what Telegram marked, or *đậm* typed anywhere."""

import re
from html import escape

from bot.core.events import Text

STARS = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![*\w])")


def body_of(said: Text) -> str:
    """The text with what is bold, italic or a link; bare addresses stay as they are, channels make links of them."""
    written = said.marked.strip() or escape(said.text.strip(), quote=False)
    return STARS.sub(r"<b>\1</b>", written) if not said.marked else written

"""The text catalogue: every key in the code exists, every key is used, nothing people write becomes markup."""

import re
import tomllib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import Markup

from bot.feature import App, RouteClash, Routes
from bot.text import SHIPPED, TextError, Texts, placeholders
from tests.terminal import Owner

BOT = SHIPPED.parent.parent
ALLOWED = {"b", "i", "a", "code", "blockquote"}
texts = Texts()
catalogue = tomllib.loads(Path(SHIPPED).read_text("utf-8"))


def sources() -> str:
    return "\n".join(path.read_text("utf-8") for path in BOT.rglob("*.py"))


MADE = ("answers.greeting", "answers.thanks", "answers.goodbye")
"""Keys whose last part is a tone that the FAQ recognised."""

PUT_TOGETHER = (
    *("answers.reason_", "flow.", "cases.", "report.way_", "mine.mark_"),
    *("imports.title_", "imports.hint_", "imports.example_", "imports.guide_line_"),
)


def used(key: str, code: str) -> bool:
    """A key stands whole in the code, or is put together there from a tone, a reason, a question, a column."""
    return key in MADE or key.startswith(PUT_TOGETHER) or f'"{key}"' in code


def test_every_key_that_the_code_names_exists(app: App) -> None:
    sections = "|".join(sorted({key.partition(".")[0] for key in texts.names()}))
    named = set(re.findall(rf'"((?:{sections})\.[a-z_]+)"', sources()))
    assert named - texts.names() <= buttons_of() | app.routes.buttons.keys(), "named in the code, not in vi.toml"


def buttons_of() -> set[str]:
    return set(re.findall(r'"(faq\.[a-z]+)"', sources()))


def test_every_text_is_used() -> None:
    code = sources()
    assert [key for key in sorted(texts.names()) if not used(key, code)] == []


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert attrs in ([], [("expandable", None)])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("key", sorted(texts.names()))
def test_markup_is_whole_and_allowed(key: str) -> None:
    tags = Tags()
    tags.feed(str(texts(key, **dict.fromkeys(placeholders(template(key)), "x"))))
    tags.close()
    assert tags.open == []


def template(key: str) -> str:
    table: object = catalogue
    for name in key.split("."):
        assert isinstance(table, dict)
        table = table[name]
    return str(table)


def test_values_are_escaped_and_strict() -> None:
    said = texts("flow.too_long", longest="<b>", length="&")
    assert said == Markup(said)
    assert "&lt;b&gt;" in said
    with pytest.raises(TextError, match="takes"):
        texts("flow.too_long")
    with pytest.raises(TextError, match="No text"):
        texts("flow.no_such_key")


def test_help_lists_every_command_of_the_menu(app: App, owner: Callable[[str], Owner]) -> None:
    shown = owner("lan").says("/help")
    for route in app.routes.commands.values():
        assert (f"/{route.name} " in shown) == bool(route.menu and route.exists_for(None))


def test_a_clash_of_routes_stops_the_composition(app: App) -> None:

    with pytest.raises(RouteClash, match="command: start"):
        Routes.of([*app.features, next(feature for feature in app.features if feature.name == "people")])

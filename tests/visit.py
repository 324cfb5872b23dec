"""A dialogue of the tests' own, composed into the real bot: three questions and a preview."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot import dialogue
from bot.core.accept import phone, words, written
from bot.core.flow import Answers, Flow, Question
from bot.feature import App, CommandRoute, Feature, FlowRoute, Routes, Turn
from bot.text import SHIPPED, Texts
from db.drafts import DraftRow

TEXTS = """
[flow.visit]
title = "Hẹn gặp"
who = "Ông/bà tên gì?"
who_short = "Tên"
where = "Ông/bà ở đâu?"
where_short = "Nơi ở"
number = "Số điện thoại của ông/bà?"
number_short = "Số điện thoại"

[visit]
menu = "Hẹn gặp"
done = "Đã hẹn {who} ở {where}, số {number}."
"""

FLOW = Flow(
    "visit", (Question("who", words(40)), Question("where", written(200)), Question("number", phone, optional=True))
)


def with_visit(app: App, folder: Path, flow: Flow = FLOW) -> App:
    """The same bot with the dialogue behind /hen."""
    path = folder / "texts.toml"
    path.write_text(SHIPPED.read_text("utf-8") + TEXTS, "utf-8")
    feature = Feature(
        name="visit",
        commands=(CommandRoute("hen", _begin, "visit.menu"),),
        flows=(FlowRoute(flow, _done),),
    )
    features = (*app.features, feature)
    return replace(app, say=Texts(path), features=features, routes=Routes.of(features))


def _begin(turn: Turn, _argument: str) -> None:
    dialogue.start(turn, "visit", {})


def _done(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    known: Mapping[str, object] = {name: answers.get(name) or "-" for name in ("who", "where", "number")}
    turn.reply(turn.say("visit.done", **known))

"""/start, /help and /lienhe."""

from markupsafe import Markup

from bot.core.replies import Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, Turn
from bot.people import registering


def feature() -> Feature:
    """The routes of this feature."""
    return Feature(
        name="people",
        commands=(
            CommandRoute("start", start, "people.menu_start", ("bắt đầu", "menu")),
            CommandRoute("help", show_help, "people.menu_help", HELP_WORDS, in_groups=True),
            CommandRoute("lienhe", contact, "people.menu_contact", CONTACT_WORDS, in_groups=True),
        ),
        buttons=(ButtonRoute("contact", contact, in_groups=True),),
    )


HELP_WORDS = ("trợ giúp", "hướng dẫn", "hướng dẫn sử dụng", "help")
CONTACT_WORDS = (
    "liên hệ",
    "gặp cán bộ",
    "cho gặp cán bộ",
    "cho tôi gặp cán bộ",
    "cho em gặp cán bộ",
    "tôi muốn gặp cán bộ",
    "em muốn gặp cán bộ",
    "muốn gặp cán bộ",
    "nói chuyện với cán bộ",
    "gặp người thật",
    "gặp nhân viên",
    "số điện thoại phường",
    "số điện thoại ủy ban",
    "xin số điện thoại phường",
    "địa chỉ phường",
)


def start(turn: Turn, argument: str) -> None:
    """Greet, say what is kept, offer the two ways on; a deep link goes where it points."""
    kind, _, rest = argument.strip().partition("_")
    linked = turn.app.routes.start_with.get(kind)
    if linked:
        linked(turn, rest)
        return
    turn.reply(
        turn.say("people.welcome", committee=turn.ward.names.committee, kept=turn.say("people.kept")), ways_on(turn)
    )


def ways_on(turn: Turn) -> Rows:
    """What people come for."""
    return column(
        (
            turn.button("people.button_report", "case.new"),
            turn.button("people.button_subjects", "faq.subjects"),
            turn.button("people.button_contact", "contact"),
            registering.offer(turn),
        )
    )


def show_help(turn: Turn, _argument: str) -> None:
    """How to use the bot; the commands come from the routes."""
    lines = [
        turn.say("people.help_line", name=route.name, title=turn.say(route.menu))
        for route in turn.app.routes.commands.values()
        if route.menu and route.exists_for(turn.staff)
    ]
    turn.reply(turn.say("people.help", commands=Markup("\n").join(lines)))


def contact(turn: Turn, _argument: str) -> None:
    """Where and when the ward is reached; what the profile does not know is not said."""
    names, known = turn.ward.names, turn.ward.contact
    lines = [turn.say("people.contact", center=names.center), _address(turn)]
    if known.opening_hours:
        lines.append(turn.say("people.contact_hours", hours=known.opening_hours))
    if known.center_phone:
        lines.append(turn.say("people.contact_phone", phone=known.center_phone))
    if known.map_link:
        lines.append(turn.say("people.contact_map", link=known.map_link))
    if known.reception_days:
        lines.append(turn.say("people.contact_reception", days=known.reception_days))
    if known.police_phone:
        lines.append(turn.say("people.contact_police", phone=known.police_phone))
    lines += [
        turn.say("people.contact_officer" if known.center_phone else "people.contact_officer_in_person"),
        turn.say("people.contact_emergency"),
    ]
    turn.reply(Markup("\n").join(lines), column((turn.button("people.button_subjects", "faq.subjects"),)))


def _address(turn: Turn) -> Markup:
    names, known = turn.ward.names, turn.ward.contact
    if known.center_address:
        return turn.say("people.contact_address", address=known.center_address)
    return turn.say("people.contact_default_address", committee=names.committee, city=names.city)

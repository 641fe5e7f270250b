"""The lines of a provider's models: heads, a row for each, and what is said below about one."""

from __future__ import annotations

from decimal import Decimal

from textual.content import Content

from app.live_models import LiveModel, Place
from providers.billing.money import format_usd
from providers.capability import Capability
from widgets.one_line import cut, fit, one_line

_NUMBER, _WINDOW, _TAKES, _QUALITY = 9, 8, 17, 7
_SHORT_TAKES = 12
_WIDE = 100  # cells from which capabilities are written out
_QUIET = "$foreground 60%"
_MARKS = {Place.MAIN: "● ", Place.ALSO: "◆ ", Place.FREE: "  "}
_SHORT = {Capability.IMAGE: "img", Capability.AUDIO: "aud", Capability.TOOLS: "tool"}


def model_heads(width: int) -> str:
    """Return the line above the rows."""
    takes = fit("takes", _takes_width(width))
    return (
        f"  {fit('model', _name_width(width))}{'in $/M':>{_NUMBER}}{'out $/M':>{_NUMBER}}"
        f"{'context':>{_WINDOW}}  {takes}{'quality':>{_QUALITY}}"
    )


def model_row(model: LiveModel, width: int) -> Content:
    """Return a model's line of at most ``width`` cells."""
    used = model.place is not Place.FREE
    name = model.name if model.listed else f"{model.name} (not on the list)"
    style = "bold" if used else "" if model.chats else "$foreground 50%"
    return Content.assemble(
        (_MARKS[model.place], "$text-success"),
        (fit(name, _name_width(width)), style),
        f"{_dollars(model.input):>{_NUMBER}}{_dollars(model.output):>{_NUMBER}}",
        (f"{_window(model.window):>{_WINDOW}}  ", _QUIET),
        (fit(_takes(model, width), _takes_width(width)), _QUIET),
        f"{model.quality:>{_QUALITY}.2f}" if model.chats else f"{'–':>{_QUALITY}}",
    )


def model_detail(model: LiveModel) -> Content:
    """Return what is known of a model in words: three lines."""
    prices = (
        "price unknown"
        if model.input is None or model.output is None
        else f"{format_usd(model.input)} in, {format_usd(model.output)} out per million tokens"
    )
    window = "context unknown" if model.window is None else f"{model.window:,} tokens of context"
    takes = ", ".join(sorted(each.value for each in model.takes)) or "text only"
    facts = f"{prices} · {window} · takes {takes}"
    return Content("\n").join(
        [
            Content.styled(one_line(model.name), "bold"),
            Content(one_line(facts)),
            Content.styled(one_line(_standing(model)), _QUIET),
        ]
    )


def _standing(model: LiveModel) -> str:
    quality = f"quality {model.belief}"
    if not model.listed:
        return f"The provider does not offer it (any longer); {quality}"
    match model.place:
        case Place.MAIN:
            return f"● this is the model that is asked; {quality}"
        case Place.ALSO:
            return f"◆ may answer too; space takes it out, enter makes it the first; {quality}"
        case _ if not model.chats:
            return "By its name it is not made for chat."
        case _:
            return f"enter asks this one, space lets it answer too; {quality}"


def _name_width(width: int) -> int:
    taken = 2 + 2 * _NUMBER + _WINDOW + 2 + _takes_width(width) + _QUALITY
    return max(12, min(60, width - taken))


def _takes_width(width: int) -> int:
    return _TAKES if width >= _WIDE else _SHORT_TAKES


def _takes(model: LiveModel, width: int) -> str:
    if not model.chats:
        return "–"
    if width >= _WIDE:
        return " ".join(each.value for each in Capability if each in model.takes)
    return " ".join(_SHORT[each] for each in Capability if each in model.takes)


def _dollars(price: Decimal | None) -> str:
    return "?" if price is None else format_usd(price).removeprefix("$") if price else "free"


def _window(tokens: int | None) -> str:
    if tokens is None:
        return "?"
    for size, unit in ((1_000_000, "M"), (1_000, "K")):
        if tokens >= size:
            return cut(f"{tokens / size:.3g}{unit}", _WINDOW)
    return str(tokens)

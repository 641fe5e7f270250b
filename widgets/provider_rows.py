"""The lines of one provider in the panel."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from widgets.gauge import gauge
from widgets.one_line import fit
from widgets.provider_view import ProviderState, ProviderView, RecentCall
from widgets.views import seconds_text

_UNKNOWN = "\N{EN DASH}"
_FADED = "$foreground 50%"
_EIGHTHS = "▁▂▃▄▅▆▇█"
_FAILED = "✗"

# A glyph and a colour each: the glyph says it where there is no colour.
_MARKS = {
    ProviderState.READY: ("●", "$text-success"),
    ProviderState.ACTIVE: ("▶", "$text-primary"),
    ProviderState.COOLING: ("◔", "$text-warning"),
    ProviderState.FAILING: ("✗", "$text-error"),
    ProviderState.NO_KEY: ("○", "$foreground 45%"),
    ProviderState.UNCHECKED: ("◌", "$foreground 45%"),
}
_TROUBLE = {ProviderState.COOLING, ProviderState.FAILING}


def provider_rows(provider: ProviderView, now: float, width: int, *, full: bool) -> list[Content]:
    """Return the lines that say how a provider does.

    Args:
        provider: whom.
        now: seconds, on the clock of ``cooldown_until``.
        width: cells of a line.
        full: all there is to say; otherwise two lines at most.
    """
    head = _head(provider, now, width)
    if provider.state is ProviderState.NO_KEY:
        return [head]
    rows = [head, _model(provider, width, full=full)]
    if not full:
        return rows
    if provider.recent or provider.active or provider.waiting:
        rows.append(_lately(provider, width))
    if provider.budget_used is not None:
        rows.append(Content.assemble("  ", gauge(provider.budget_used, provider.budget, width - 2)))
    return rows


def _head(provider: ProviderView, now: float, width: int) -> Content:
    glyph, colour = _MARKS[provider.state]
    weight = "bold" if provider.state is ProviderState.ACTIVE else ""
    figures = _figures(provider, now)
    name = fit(provider.name, width - cell_len(figures) - 3)
    shown = colour if provider.state in _TROUBLE else _FADED
    return Content.assemble((f"{glyph} ", colour), (name, weight), " ", (figures, shown))


def _model(provider: ProviderView, width: int, *, full: bool) -> Content:
    trouble = provider.state in _TROUBLE and bool(provider.detail)
    note = (_first(provider) if full else "") or _note(provider)
    words = provider.detail if trouble else provider.model
    shown = fit(words, width - cell_len(note) - 3)
    colour = _MARKS[provider.state][1] if trouble else _FADED
    return Content.assemble("  ", (shown, colour), " ", (note, _FADED))


def _lately(provider: ProviderView, width: int) -> Content:
    """Return the last calls as a small chart, and what is under way."""
    busy = [f"{provider.active:,} active"] if provider.active else []
    busy += [f"{provider.waiting:,} waiting"] if provider.waiting else []
    words = " · ".join(busy) or f"{provider.requests:,} in the last hour"
    room = max(4, width - cell_len(words) - 4)
    chart = sparkline(provider.recent[-room:])
    space = " " * max(1, width - 2 - chart.cell_length - cell_len(words))
    return Content.assemble("  ", chart, space, (words, "$text-primary" if busy else _FADED))


def sparkline(calls: Sequence[RecentCall]) -> Content:
    """Return a cell for each call: an eighth block as high as it took long, a cross if it failed.

    The slowest of those shown is the highest.
    """
    slowest = max((call.seconds for call in calls if call.ok), default=0.0)
    return Content("").join(
        Content.styled(_eighth(call.seconds, slowest), "$text-success")
        if call.ok
        else Content.styled(_FAILED, "$text-error")
        for call in calls
    )


def _eighth(seconds: float, slowest: float) -> str:
    if slowest <= 0:
        return _EIGHTHS[0]
    return _EIGHTHS[min(7, int(8 * seconds / slowest))]


def _first(provider: ProviderView) -> str:
    if provider.first_seconds is None:
        return ""
    return f"first {seconds_text(provider.first_seconds)}"


def _note(provider: ProviderView) -> str:
    """Return what is most worth knowing beside the model: a queue, else a limit, else use."""
    if provider.waiting:
        return f"{provider.waiting:,} waiting"
    if provider.budget:
        return provider.budget
    return f"{provider.requests:,} req" if provider.requests else ""


def _figures(provider: ProviderView, now: float) -> str:
    match provider.state:
        case ProviderState.COOLING:
            left = provider.cooldown(now)
            return f"cooling {left:.0f} s" if left >= 0.5 else "retry due"
        case ProviderState.FAILING:
            return "failing"
        case ProviderState.NO_KEY:
            return "no key"
        case ProviderState.UNCHECKED if provider.p50_seconds is None:
            return "not checked"
    rate = provider.success_rate
    latency = seconds_text(provider.p50_seconds)
    return f"{latency} {_UNKNOWN if rate is None else _percent(rate):>4}"


def _percent(rate: float) -> str:
    # 99.6 % is not 100 %: rounding must not hide a failure.
    return f"{100 if rate >= 1 else min(99, round(100 * rate))}%"

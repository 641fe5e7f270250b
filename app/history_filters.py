"""Words in a search that are no words to look for: ``provider:groq since:week rated:good``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from providers.errors import TelexError
from storage.conversation_filter import ConversationFilter

_TOKENS = re.compile(r'[a-z]+:"[^"]*"?|"[^"]*"|\S+', re.IGNORECASE)
# An address, a C++ name or a time of day is something to look for.
_FILTER = re.compile(r"([a-z]+):(?![/:])(.*)", re.IGNORECASE | re.DOTALL)
_DAYS = {"today": 0, "yesterday": 1, "week": 6, "month": 29, "year": 364}
_AGO = re.compile(r"(\d{1,4})d")
_YEARS = range(1970, 9999)
_SOME_DAYS = ("today", "yesterday", "week", "month", "year", "7d", "2026-11-30")

FILTERS: Mapping[str, Sequence[str]] = {
    "provider": ("groq",),
    "since": _SOME_DAYS,
    "until": _SOME_DAYS,
    "rated": ("good", "bad"),
    "tag": ("work",),
    "is": ("pinned", "archived", "failed"),
    "has": ("attachment",),
}
"""Every filter, and what can stand behind it, or examples of that."""


class UnknownFilter(TelexError):
    """A filter that there is not; the message names those there are."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for.

    Args:
        words: to find in titles, tags and messages; may be empty.
        like: what the conversations must have besides.
    """

    words: str
    like: ConversationFilter = field(default_factory=ConversationFilter)

    @property
    def filtered(self) -> bool:
        """Whether anything is asked of the conversations besides their words."""
        return self.like != ConversationFilter()


def parse_search(text: str, now: datetime) -> Search:
    """Return what a person looks for.

    Args:
        text: as it was typed. What stands in quotes is looked for as it is.
        now: what "today" is, in the person's time zone.

    Raises:
        UnknownFilter: a filter, or what stands behind it, is none that is known.
    """
    words, like = [], ConversationFilter()
    for token in _TOKENS.findall(text):
        found = _FILTER.fullmatch(token)
        if found is None:
            words.append(token.strip('"') if _quoted(token) else token)
        else:
            name, value = found[1].lower(), found[2].strip('"')
            like = _with(like, name, value, now)
    return Search(" ".join(words), like)


def suggest(text: str, values: Mapping[str, Sequence[str]]) -> str | None:
    """Return ``text`` with its last word completed to a filter, None where there is none.

    Args:
        text: what was typed so far.
        values: what is known behind a filter here, such as the providers there are.
    """
    head, _, last = text.rpartition(" ")
    head += " " if head else ""
    name, colon, begun = last.partition(":")
    if not colon:
        names = [f"{each}:" for each in FILTERS if len(last) > 1 and each.startswith(last.lower())]
        return head + names[0] if names else None
    known = values.get(name.lower(), FILTERS.get(name.lower(), ()))
    fitting = [each for each in known if each.lower().startswith(begun.lower()) and begun]
    if not fitting:
        return None
    value = f'"{fitting[0]}"' if " " in fitting[0] else fitting[0]
    return None if value.lower() == begun.lower() else f"{head}{name}:{value}"


def _quoted(token: str) -> bool:
    return len(token) > 1 and token[0] == token[-1] == '"'


def _with(like: ConversationFilter, name: str, value: str, now: datetime) -> ConversationFilter:
    take = _TAKERS.get(name)
    if take is None:
        known = " ".join(f"{each}:" for each in FILTERS)
        raise UnknownFilter(
            f'There is no filter {name}: but {known} · to look for it, write "{name}:{value}"'
        )
    if not value:
        raise UnknownFilter(f"{name}: wants something behind it, such as {_examples(name)}")
    return take(like, value, now)


def _examples(name: str) -> str:
    return ", ".join(f"{name}:{each}" for each in FILTERS[name])


def _provider(like: ConversationFilter, value: str, _: datetime) -> ConversationFilter:
    return replace(like, providers=(*like.providers, value.lower()))


def _since(like: ConversationFilter, value: str, now: datetime) -> ConversationFilter:
    return replace(like, since=_midnight(_day("since", value, now), now))


def _until(like: ConversationFilter, value: str, now: datetime) -> ConversationFilter:
    after = _day("until", value, now) + timedelta(days=1)
    return replace(like, until=_midnight(after, now))


def _rated(like: ConversationFilter, value: str, _: datetime) -> ConversationFilter:
    return replace(like, rated_good=_one_of("rated", value) == "good")


def _tag(like: ConversationFilter, value: str, _: datetime) -> ConversationFilter:
    return replace(like, tags=(*like.tags, value.lstrip("#")))


def _is(like: ConversationFilter, value: str, _: datetime) -> ConversationFilter:
    match _one_of("is", value):
        case "pinned":
            return replace(like, pinned=True)
        case "archived":
            return replace(like, archived=True)
        case _:
            return replace(like, failed=True)


def _has(like: ConversationFilter, value: str, _: datetime) -> ConversationFilter:
    if value.lower() != "attachments":
        _one_of("has", value)
    return replace(like, attached=True)


_TAKERS: Mapping[str, Callable[[ConversationFilter, str, datetime], ConversationFilter]] = {
    "provider": _provider,
    "since": _since,
    "until": _until,
    "rated": _rated,
    "tag": _tag,
    "is": _is,
    "has": _has,
}


def _one_of(name: str, value: str) -> str:
    if value.lower() not in FILTERS[name]:
        raise UnknownFilter(f"{name}:{value} is not known: {_examples(name)}")
    return value.lower()


def _day(name: str, value: str, now: datetime) -> date:
    """Return the day a word speaks of; a week is seven days, today included."""
    ago = _AGO.fullmatch(value)
    if value.lower() in _DAYS:
        return now.date() - timedelta(days=_DAYS[value.lower()])
    if ago is not None:
        return now.date() - timedelta(days=int(ago[1]))
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise UnknownFilter(f"{name}:{value} is no day: {_examples(name)}") from None
    if day.year not in _YEARS:
        raise UnknownFilter(f"{name}:{value} is too far away: {_examples(name)}")
    return day


def _midnight(day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)

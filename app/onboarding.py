"""The first steps, as pages with things to choose: what telex is, keys, and how to route."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from providers.billing.money import format_usd
from providers.config import Strategy
from providers.keyring_access import KeyringState

if TYPE_CHECKING:
    from app.key_places import KeyPlaces
    from app.local_models.discovery import FoundServer, ServedModel
    from storage.config_edit import ConfigEdit
    from storage.settings import Settings

_MOST_MODELS = 3  # of a server; the screen for local models lists all


class Step(IntEnum):
    """The pages, in order."""

    WHAT = 1
    KEYS = 2
    ROUTING = 3


@dataclass(frozen=True, slots=True)
class GoOn:
    """Go to the next page."""


@dataclass(frozen=True, slots=True)
class SkipAll:
    """End the first steps."""


@dataclass(frozen=True, slots=True)
class ImportKeys:
    """Keep the environment's keys in the keyring."""


@dataclass(frozen=True, slots=True)
class AddKey:
    """Open the screen for keys."""


@dataclass(frozen=True, slots=True)
class UseServer:
    """Ask a model of a server that runs here."""

    server: FoundServer
    model: ServedModel


@dataclass(frozen=True, slots=True)
class Take:
    """Mark a strategy."""

    strategy: Strategy


@dataclass(frozen=True, slots=True)
class Limit:
    """Mark a daily limit in US dollars, None for none."""

    dollars: Decimal | None


@dataclass(frozen=True, slots=True)
class Finish:
    """Put what is marked in force."""


Act = GoOn | SkipAll | ImportKeys | AddKey | UseServer | Take | Limit | Finish


@dataclass(frozen=True, slots=True)
class Offer:
    """A line to choose.

    Args:
        words: what it does.
        act: the same, for the program; None is a heading.
        detail: more about it.
        marked: whether it is the one of its group that holds; None outside of groups.
    """

    words: str
    act: Act | None
    detail: str = ""
    marked: bool | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What one step says and offers."""

    step: Step
    title: str
    words: Sequence[str]
    offers: Sequence[Offer]

    def place_like(self, former: Offer | None) -> int:
        """Return the line that does what ``former`` did, counted from 0.

        Where there is none any more, it is the first line that only goes on: what enter does may
        change behind the person's back to nothing that has a consequence.
        """
        acts = [each.act for each in self.offers]
        for act in (former.act if former else None, GoOn()):
            if act is not None and act in acts:
                return acts.index(act)
        return 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is marked on the last page."""

    strategy: Strategy
    daily_budget: Decimal | None

    def edits(self, settings: Settings) -> Sequence[ConfigEdit]:
        """Return what has to be written: only what is not so already."""
        from storage.config_edit import ConfigEdit

        edits = []
        if self.strategy is not settings.routing_strategy:
            edits.append(ConfigEdit(("routing_strategy",), self.strategy.value))
        if self.daily_budget != settings.daily_budget:
            edits.append(ConfigEdit(("daily_budget",), self.daily_budget))
        return edits

    @property
    def words(self) -> str:
        """What holds now, in a sentence."""
        limit = self.daily_budget
        spent = "no daily limit" if limit is None else f"at most {format_usd(limit)} a day"
        return f"{_STRATEGIES.get(self.strategy, (self.strategy.value, ''))[0]}, {spent}"


_STRATEGIES = {
    Strategy.COST: ("the cheapest", "f2"),
    Strategy.LATENCY: ("the fastest", "f3"),
    Strategy.QUALITY: ("the best", "f4"),
    Strategy.DYNAMIC: ("the question decides", "simple ones cheap, hard ones good"),
}
_LIMITS = (None, Decimal("0.50"), Decimal(2), Decimal(10))


def what_page(database: Path) -> Page:
    """Return the first page.

    Args:
        database: where conversations are kept.
    """
    return Page(
        Step.WHAT,
        "Welcome",
        (
            "telex asks many models from one screen and picks one for each question: by price,"
            " speed or quality. Type a question and press enter, now or at any time: without a"
            " key the built-in model answers, free and offline.",
            "What leaves this machine: nothing until there is a key. Then a conversation and its"
            " attachments go to the provider that answers, to those asked when it fails, and to"
            " the cheapest one for a title. Nothing of yours goes anywhere else: no telemetry.",
            f"Keys are kept in the system's keyring, conversations in {_from_home(database)}.",
        ),
        (Offer("Go on: keys", GoOn()), Offer("Skip all of it", SkipAll(), "esc")),
    )


def keys_page(found: KeyPlaces | None, servers: Sequence[FoundServer] | None) -> Page:
    """Return the second page.

    Args:
        found: where there are keys, None while that is looked up.
        servers: the model servers that run here, None while they are looked for.
    """
    words = [*_key_words(found)]
    if servers is None:
        words.append("Looking for model servers on this machine …")
    return Page(Step.KEYS, "Who may answer", words, [*_key_offers(found, servers or ())])


def routing_page(wishes: Wishes) -> Page:
    """Return the last page, with what is marked."""
    strategies = [
        Offer(words, Take(strategy), detail, marked=strategy is wishes.strategy)
        for strategy, (words, detail) in _STRATEGIES.items()
    ]
    limits = dict.fromkeys((*_LIMITS, wishes.daily_budget))
    amounts = [
        Offer(
            "no limit" if dollars is None else format_usd(dollars),
            Limit(dollars),
            marked=dollars == wishes.daily_budget,
        )
        for dollars in limits
    ]
    return Page(
        Step.ROUTING,
        "How to choose, and what to spend",
        (),
        (
            Offer("Who should answer, of those that can?", None),
            *strategies,
            Offer("How much may a day cost?", None),
            *amounts,
            Offer("Done", Finish()),
            Offer("Leave both as they are", SkipAll(), "esc"),
        ),
    )


def _from_home(path: Path) -> str:
    """Return a path as people write it."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):  # it is elsewhere, or there is no home
        return str(path)


def _key_words(found: KeyPlaces | None) -> Iterator[str]:
    if found is None:
        yield "Looking for keys …"
        return
    held = [f"{each.held} ({each.provider})" for each in found.importable]
    kept = [each.provider for each in found.places if each.source and each not in found.importable]
    if held:
        yield f"In the environment: {', '.join(held)}. They work as they are."
    if kept:
        yield f"In the keyring: {', '.join(kept)}."
    if not held and not kept:
        yield (
            "Neither the keyring nor the environment holds a key. Without one the built-in model"
            " answers."
        )
    for each in found.places:
        yield from each.unusable
    if found.keyring is not KeyringState.AVAILABLE:
        yield found.keyring.describe()


def _key_offers(found: KeyPlaces | None, servers: Sequence[FoundServer]) -> Iterator[Offer]:
    # The first line is what a bare enter does, before anybody has read the page: it goes on, and
    # never to where what is typed next would be taken for a key.
    importable = found.importable if found else ()
    another = any(each.source for each in found.places) if found else False
    if importable:
        yield Offer("Use those from the environment", GoOn(), "nothing is copied")
        if found is not None and found.keyring is KeyringState.AVAILABLE:
            yield Offer("Keep them in the keyring", ImportKeys(), "for when they are not set")
    elif another:
        yield Offer("Go on with these", GoOn())
    else:
        yield Offer("None for now", GoOn())
    yield Offer("Add another key" if another else "Add a key", AddKey(), "f9")
    for server in servers:
        for model in server.models[:_MOST_MODELS]:
            name = f"Use {model.name} of {server.kind.label}"
            yield Offer(name, UseServer(server, model), "runs here, free")

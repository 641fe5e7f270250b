"""A title for a conversation, made by the cheapest model there is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from providers.config import Strategy
from providers.errors import AllProvidersFailed, TelexError
from providers.events import AttemptCancelled, AttemptFailed, Completed
from providers.messages import ChatRequest, Message, Role
from providers.routing.candidates import is_last_resort
from providers.routing.options import RouteOptions
from providers.sanitise import sanitise, sanitise_line

if TYPE_CHECKING:
    from app.runtime import Runtime

LONGEST = 60
"""Characters of a title that still fit into a list at 80 columns."""
_EXCERPT = 600  # characters of the question that are shown to the model
_CEILING = 200  # tokens; models that think first need some before the title
_SYSTEM = (
    "You write titles for conversations. Reply with a title of two to six words in the language"
    " of the question: no quotation marks, no full stop, nothing else."
)
_ASK = "Title for: "
_SHOWN = (
    # Small models follow examples where they answer instructions.
    ("How do I fix a flat bicycle tyre?", "Fixing a flat tyre"),
    ("What is the capital of Peru and how many people live there?", "Capital of Peru"),
)
_PREFIX = re.compile(
    r"^\s*(?:\*\*)?(?:title|titel|titre|título)\s*(?:\*\*)?\s*[:\-]\s*", re.IGNORECASE
)
_WORD = re.compile(r"\w{4,}")
_STEM = 4  # letters that the forms of a word have in common
_WRAPPING = " \t\"'`*_#.\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019"


@dataclass(frozen=True, slots=True)
class Titled:
    """What became of asking for a title.

    Args:
        title: a usable one, else None.
        cost: what it has cost in US dollars, None when that is unknown.
    """

    title: str | None
    cost: Decimal | None


async def propose_title(runtime: Runtime, question: str, asked: RouteOptions) -> Titled:
    """Ask the cheapest model for a title. What it costs is in the ledger like every other call.

    Where the person named who answers, nobody else gets to read the question.

    Args:
        runtime: providers and their limits.
        question: the first question of the conversation.
        asked: how that question was routed.
    """
    messages = [
        message
        for example, title in _SHOWN
        for message in (Message(Role.USER, _ASK + example), Message(Role.ASSISTANT, title))
    ]
    messages.append(Message(Role.USER, _ASK + question[:_EXCERPT]))
    request = ChatRequest(messages, system=_SYSTEM, max_tokens=_CEILING, temperature=0.2)
    options = RouteOptions(strategy=Strategy.COST, restarts=False)
    if asked.provider is not None:
        options = replace(asked, alone=True, restarts=False)
    costs: list[Decimal | None] = []
    try:
        async for event in runtime.factory.router.stream(request, options):
            if isinstance(event, AttemptFailed | AttemptCancelled):
                costs.append(event.cost)
            elif isinstance(event, Completed):
                return Titled(_usable(event, question, runtime), event.total_cost)
    except AllProvidersFailed:
        pass  # a title is worth no error
    known = [cost for cost in costs if cost is not None]
    return Titled(None, sum(known, Decimal(0)) if len(known) == len(costs) else None)


def _usable(done: Completed, question: str, runtime: Runtime) -> str | None:
    title = clean_title(done.text)
    small = is_last_resort(runtime.factory.config_of(done.provider))
    return None if title is None or (small and not _rests_on(question, title)) else title


async def title_conversation(
    runtime: Runtime, conversation_id: int, question: str, asked: RouteOptions
) -> Titled:
    """Give a conversation a title of the cheapest model's, and return what became of it.

    A title that the person gave stays, and so does the first line of the question when nobody
    answers: a title is worth no error. Args are those of ``propose_title``.
    """
    try:
        titled = await propose_title(runtime, question, asked)
        if titled.title is None:
            return titled
        taken = await runtime.ledger.suggest_title(conversation_id, titled.title)
    except TelexError:
        return Titled(None, Decimal(0))
    return titled if taken else replace(titled, title=None)


def _rests_on(question: str, title: str) -> bool:
    """Whether a title says nothing that the question does not: small models make things up."""
    asked = {word[:_STEM] for word in _WORD.findall(question.casefold())}
    return all(word[:_STEM] in asked for word in _WORD.findall(title.casefold()))


def clean_title(text: str) -> str | None:
    """Return the title in a model's reply, None when there is none that a list could show."""
    lines = [sanitise_line(line) for line in sanitise(text).splitlines()]
    first = next((line for line in lines if line), "")
    title = _PREFIX.sub("", first.strip(_WRAPPING)).strip(_WRAPPING)
    if not title or len(title) > LONGEST or title.endswith(":"):
        # A whole sentence is no title but an answer, and so is what announces a list.
        return None
    return title

"""What each slash command does on the chat screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from app.keymap import with_keys
from app.naming import named
from app.refusals import CannotDo
from app.routing import Route, without_purpose
from app.screens import wish_actions
from app.screens.prompt_actions import edit_prompt_file, pick_persona, pick_template, use_template
from app.slash import Given, Slash, parse
from providers.config import Strategy
from providers.errors import TelexError
from providers.routing.options import RouteOptions
from storage.prompt_files import PromptKind
from widgets.message_commands import MessageCommand

if TYPE_CHECKING:
    from app.screens.hands import Hands

_EDIT = "edit "  # "/persona edit NAME" opens its file


_Action = Callable[["Hands", str], Awaitable[None]]

_ON_NEWEST = {
    Slash.EDIT: MessageCommand.EDIT,
    Slash.CONTINUE: MessageCommand.CONTINUE,
    Slash.EXPLAIN: MessageCommand.EXPLAIN,
    Slash.INSPECT: MessageCommand.INSPECT,
    Slash.UNDO: MessageCommand.UNDO,
}
"""Commands that are those of a message, and concern the newest one."""


async def run_typed(hands: Hands, text: str) -> None:
    """Do what the slash command in the composer says, and take it out of there.

    Raises:
        TelexError: there is no such command, or it makes no sense here; the text stays.
    """
    given = parse(text)
    # Some commands put something into the composer, or leave with what is in it. What was typed
    # behind this one meanwhile is the beginning of the next message.
    typed = hands.crew.desk.composer.text
    hands.crew.desk.composer.set_text(typed[len(text) :] if typed.startswith(text) else "")
    try:
        await run(hands, given)
    except TelexError:
        if not hands.crew.desk.composer.text:
            hands.crew.desk.composer.set_text(text)
        raise


async def run(hands: Hands, given: Given) -> None:
    """Do what ``given`` says.

    Raises:
        TelexError: it makes no sense here.
    """
    command, argument = given.command, given.argument.strip()
    if command in _ON_NEWEST:
        await hands.messages.run(_ON_NEWEST[command], None)
    else:
        await _ACTIONS[command](hands, argument)


async def _new(hands: Hands, _: str) -> None:
    await hands.crew.places.new()


async def _history(hands: Hands, _: str) -> None:
    await hands.actions.history()


async def _find(hands: Hands, needle: str) -> None:
    hands.actions.open_find(needle)


async def _title(hands: Hands, title: str) -> None:
    conversation_id = _begun(hands)
    runtime = await hands.crew.desk.telex.runtime()
    if not title:
        raise CannotDo("Say the title: /title Why the sky is blue")
    await runtime.ledger.rename_conversation(conversation_id, title)
    await hands.crew.facts.refresh()


async def _pin(hands: Hands, _: str) -> None:
    row = await hands.crew.places.row()
    conversation_id = _begun(hands)
    runtime = await hands.crew.desk.telex.runtime()
    await runtime.ledger.set_pinned(conversation_id, not (row is not None and row.pinned))
    await hands.crew.facts.refresh()


async def _archive(hands: Hands, _: str) -> None:
    row = await hands.crew.places.row()
    conversation_id = _begun(hands)
    runtime = await hands.crew.desk.telex.runtime()
    archived = not (row is not None and row.archived)
    await runtime.ledger.set_archived(conversation_id, archived)
    await hands.crew.facts.refresh()
    words = "back among the others"
    if archived:
        where = "archived: {chat.history}, {history.results} and {history.show-archive} list it"
        words = with_keys(hands.crew.desk, where)
    hands.crew.desk.notify(f"This conversation is {words}", markup=False)


async def _tag(hands: Hands, words: str) -> None:
    row = await hands.crew.places.row()
    conversation_id = _begun(hands)
    runtime = await hands.crew.desk.telex.runtime()
    if not words:
        raise CannotDo("Say the tags: /tag physics, school. One that is there already is taken off")
    tags = list(row.tags) if row is not None else []
    for word in (part.strip().lstrip("#") for part in words.split(",")):
        left = [tag for tag in tags if tag.casefold() != word.casefold()]
        tags = left if len(left) < len(tags) else [*tags, word]
    await runtime.ledger.set_tags(conversation_id, tags)
    await hands.crew.facts.refresh()


async def _delete(hands: Hands, what: str) -> None:
    if not what:
        await hands.crew.trash.conversation()
    elif what == "message":
        await hands.messages.run(MessageCommand.DELETE, None)
    else:
        raise CannotDo("/delete takes the whole conversation, /delete message the newest message")


async def _strategy(hands: Hands, name: str) -> None:
    names = [strategy.value for strategy in Strategy]
    if name not in names:
        raise CannotDo(f"There is no strategy {name!r}. There are: {', '.join(names)}")
    if name == Strategy.MANUAL.value:
        await hands.actions.pick_provider()
        return
    lacking = without_purpose(hands.crew.desk.telex.settings)
    if name in lacking:
        raise CannotDo(lacking[Strategy(name)])
    await hands.actions.strategy(name)


async def _provider(hands: Hands, words: str) -> None:
    if not words:
        await hands.actions.pick_provider()
        return
    await hands.crew.places.choose(Route(Strategy.MANUAL, *await _named(hands, words)))


async def _persona(hands: Hands, name: str) -> None:
    if not name:
        await pick_persona(hands.crew)
        return
    if name.startswith(_EDIT):
        await edit_prompt_file(hands.crew, PromptKind.PERSONA, name.removeprefix(_EDIT).strip())
        return
    await hands.crew.places.take_persona(None if name in ("off", "none") else name)
    await hands.crew.facts.refresh()


async def _template(hands: Hands, words: str) -> None:
    name, _, text = words.partition(" ")
    if not name:
        await pick_template(hands.crew)
        return
    if words.startswith(_EDIT):
        await edit_prompt_file(hands.crew, PromptKind.TEMPLATE, text.strip())
        return
    await use_template(hands.crew, name, text)


async def _compare(hands: Hands, words: str) -> None:
    await hands.actions.compare(words)


async def _copy(hands: Hands, words: str) -> None:
    if words == "all":
        await hands.messages.run(MessageCommand.COPY_CHAT, None)
    else:
        await hands.messages.copy_newest()


async def _code(hands: Hands, number: str) -> None:
    if number and not number.isdecimal():
        raise CannotDo("Say which block: /code 2")
    await hands.messages.run(MessageCommand.COPY_CODE, None, int(number or 1))


async def _again(hands: Hands, words: str) -> None:
    options = None
    if words in [strategy.value for strategy in Strategy if strategy is not Strategy.MANUAL]:
        options = RouteOptions(strategy=Strategy(words))
    elif words:
        provider, model = await _named(hands, words)
        options = RouteOptions(strategy=Strategy.MANUAL, provider=provider, model=model)
    await hands.messages.again_newest(options)


async def _rate(hands: Hands, words: str) -> None:
    verdict, _, word = words.partition(" ")
    if verdict not in ("good", "bad"):
        raise CannotDo("Say /rate good or /rate bad, and a word on why if you like")
    await hands.messages.rate_newest(good=verdict == "good", word=word.strip())


async def _export(hands: Hands, words: str) -> None:
    await hands.actions.export(words)


async def _panels(hands: Hands, _: str) -> None:
    hands.crew.desk.action_panels()


async def _stats(hands: Hands, _: str) -> None:
    await hands.crew.desk.app.run_action("stats")


async def _keys(hands: Hands, _: str) -> None:
    await hands.crew.desk.app.run_action("keys")


async def _editor(hands: Hands, _: str) -> None:
    await hands.actions.open_editor()


async def _help(hands: Hands, _: str) -> None:
    await hands.crew.desk.app.run_action("help")


async def _quit(hands: Hands, _: str) -> None:
    hands.crew.desk.app.exit()


_ACTIONS: dict[Slash, _Action] = {
    Slash.NEW: _new,
    Slash.HISTORY: _history,
    Slash.FIND: _find,
    Slash.TITLE: _title,
    Slash.PIN: _pin,
    Slash.ARCHIVE: _archive,
    Slash.TAG: _tag,
    Slash.BUDGET: wish_actions.budget,
    Slash.CACHE: wish_actions.cache,
    Slash.DELETE: _delete,
    Slash.STRATEGY: _strategy,
    Slash.PROVIDER: _provider,
    Slash.PERSONA: _persona,
    Slash.TEMPLATE: _template,
    Slash.COMPARE: _compare,
    Slash.COPY: _copy,
    Slash.CODE: _code,
    Slash.AGAIN: _again,
    Slash.RATE: _rate,
    Slash.EXPORT: _export,
    Slash.PANELS: _panels,
    Slash.STATS: _stats,
    Slash.KEYS: _keys,
    Slash.EDITOR: _editor,
    Slash.HELP: _help,
    Slash.QUIT: _quit,
}


async def _named(hands: Hands, words: str) -> tuple[str, str | None]:
    """Return the provider that ``words`` name, and its model where they name one."""
    return named(words, await hands.crew.desk.telex.runtime())


def _begun(hands: Hands) -> int:
    if hands.crew.desk.conversation_id is None:
        raise CannotDo("This conversation has not begun yet. Ask something first.")
    return hands.crew.desk.conversation_id

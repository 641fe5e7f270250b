"""What the keys of the history do with conversations, and how deletions are taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast

from app.deleted import Deleted, DeletedConversation
from app.refusals import CannotDo
from app.screens.ask_line import AskLineScreen
from app.screens.choose import Choice, ChooseScreen
from providers.errors import TelexError
from storage.errors import NotFound
from widgets.history_commands import HistoryCommand
from widgets.one_line import cut, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App

    from app.conversation_lookup import Part
    from app.host import Host
    from app.runtime import Runtime
    from widgets.history_list import ConversationView, HistoryList

_WIDEST_TITLE = 60  # cells in a toast


class Listed(Protocol):
    """The history screen, as its commands see it."""

    @property
    def app(self) -> App[object]:
        """Opens cards over it."""

    @property
    def part(self) -> Part:
        """Which conversations are listed."""

    @property
    def conversations(self) -> HistoryList:
        """The list."""

    async def show_part(self, part: Part) -> None:
        """List other conversations from now on."""

    async def changed(self, *, at: int | None = None) -> None:
        """List what has become of the conversations."""

    def complain(self, error: TelexError | str) -> None:
        """Show what went wrong and what to do about it."""

    def to_search(self) -> None:
        """Go to the search line."""

    def notify(self, message: str, *, markup: bool = ...) -> None:
        """Say something in passing."""


class HistoryActions:
    """Commands on the conversation under the cursor, and on what is listed.

    Args:
        screen: where they are given.
        runtime: whose ledger is changed.
        under_way: returns the conversations in which an answer is under way.
        deleted: what can be brought back.
    """

    def __init__(
        self,
        screen: Listed,
        runtime: Runtime,
        under_way: Callable[[], frozenset[int]],
        deleted: Deleted,
    ) -> None:
        self._screen = screen
        self._reader = runtime.reader
        self._ledger = runtime.ledger
        self._under_way = under_way
        self._deleted = deleted
        self._on_one: dict[HistoryCommand, Callable[[ConversationView], Awaitable[None]]] = {
            HistoryCommand.PIN: self._pin,
            HistoryCommand.ARCHIVE: self._archive,
            HistoryCommand.TAG: self._ask_tags,
            HistoryCommand.RENAME: self._ask_title,
            HistoryCommand.EXPORT: self._ask_file,
            HistoryCommand.DELETE: self._delete,
        }
        self._on_list: dict[HistoryCommand, Callable[[], Awaitable[None]]] = {
            HistoryCommand.UNDO: self._undo,
            HistoryCommand.FILTER: self._ask_filter,
            HistoryCommand.SHOW_ARCHIVE: self._other_part,
            HistoryCommand.SEARCH: self._search,
        }

    async def run(self, command: HistoryCommand) -> None:
        """Carry ``command`` out; where that cannot be done, say why."""
        current = self._screen.conversations.current
        if command in self._on_list:
            await self._said(self._on_list[command]())
        elif current is not None:
            await self._said(self._on_one[command](current))

    async def _said(self, action: Awaitable[None]) -> None:
        try:
            await action
        except NotFound as error:
            # Another telex may have deleted it: what is listed is no longer true.
            self._screen.complain(error)
            await self._screen.changed()
        except TelexError as error:
            self._screen.complain(error)

    # On one conversation

    async def _pin(self, view: ConversationView) -> None:
        await self._ledger.set_pinned(view.id, not view.pinned)
        await self._screen.changed()

    async def _archive(self, view: ConversationView) -> None:
        await self._ledger.set_archived(view.id, not view.archived)
        await self._screen.changed()
        if view.archived:
            self._say(f"Taken back: {_title(view)}")
        else:
            self._say(f"Archived: {_title(view)} · A shows the archive")

    async def _ask_tags(self, view: ConversationView) -> None:
        before = ", ".join(map(one_line, view.tags))

        async def answered(typed: str | None) -> None:
            if typed is not None and typed != before:
                await self._said(self._tag(view, typed))

        self._screen.app.push_screen(
            AskLineScreen(
                f"Tags of {_title(view)}",
                value=before,
                hint="tags, separated by commas · enter keeps · esc goes back",
                placeholder="physics, school",
            ),
            answered,
        )

    async def _tag(self, view: ConversationView, typed: str) -> None:
        tags = [part.strip().lstrip("#") for part in typed.split(",")]
        await self._ledger.set_tags(view.id, tags)
        await self._screen.changed()

    async def _ask_title(self, view: ConversationView) -> None:
        before = one_line(view.title)

        async def answered(typed: str | None) -> None:
            if typed is not None and typed != before:
                await self._said(self._rename(view, typed))

        self._screen.app.push_screen(
            AskLineScreen("Title of this conversation", value=before), answered
        )

    async def _rename(self, view: ConversationView, typed: str) -> None:
        if not one_line(typed):
            self._screen.complain(f"A title needs a word. It is still: {_title(view)}")
            return
        await self._ledger.rename_conversation(view.id, typed)
        await self._screen.changed()

    async def _ask_file(self, view: ConversationView) -> None:
        from app.screens.export_actions import free_name

        name = await asyncio.to_thread(free_name, one_line(view.title), self._folder)
        self._ask_name(view, name)

    def _ask_name(self, view: ConversationView, name: str) -> None:
        async def answered(typed: str | None) -> None:
            if typed is not None:
                await self._said(self._export(view, typed))

        self._screen.app.push_screen(
            AskLineScreen(
                f"Export {_title(view)}",
                value=name,
                hint=f"a file ending in .md or .json, in {self._folder} · enter writes · esc back",
                placeholder="markdown, json, or NAME.md",
            ),
            answered,
        )

    async def _export(self, view: ConversationView, typed: str) -> None:
        from app.screens.export_actions import write_conversation

        row = await asyncio.to_thread(self._reader.conversation, view.id)
        if row is None:
            raise NotFound(f"conversation {view.id} was deleted meanwhile: nothing was written")
        try:
            path = await asyncio.to_thread(
                write_conversation, self._reader, row, typed, self._folder
            )
        except CannotDo as error:
            self._screen.complain(error)
            self._ask_name(view, typed)  # what was typed is not lost
            return
        self._say(f"Written: {one_line(str(path))}")

    @property
    def _folder(self) -> Path:
        return cast("Host", self._screen.app).folder

    async def _delete(self, view: ConversationView) -> None:
        if view.id in self._under_way():
            self._screen.complain(
                f"An answer is under way in: {_title(view)}. Open it, stop the answer with esc,"
                " then delete it."
            )
            return
        await self._ledger.trash_conversation(view.id)
        self._deleted.add(DeletedConversation(view.id, _title(view)))
        await self._screen.changed()
        self._say(f"Deleted: {_title(view)} · u brings it back")

    # On the list

    async def _undo(self) -> None:
        last = self._deleted.last_conversation
        if last is None:
            self._say("No conversation was deleted since telex started")
            return
        try:
            await self._ledger.restore_conversation(last.id)
        except NotFound:
            self._deleted.remove(last)  # what was deleted before it may still be there
            raise
        self._deleted.remove(last)
        await self._screen.changed(at=last.id)
        self._say(f"Brought back: {last.title}")

    async def _ask_filter(self) -> None:
        tags = await asyncio.to_thread(self._reader.tags)
        if not tags:
            self._say("No conversation has a tag yet · t gives one")
            return
        choices: list[Choice[str | None]] = [Choice(None, "all", detail="whatever their tags")]
        choices += [Choice(tag, f"#{tag}", detail=f"{count:,}") for tag, count in tags]
        self._screen.app.push_screen(
            ChooseScreen("List conversations with one tag", choices), self._filter
        )

    async def _filter(self, choice: Choice[str | None] | None) -> None:
        if choice is not None:
            await self._screen.show_part(replace(self._screen.part, tag=choice.value))

    async def _other_part(self) -> None:
        part = self._screen.part
        await self._screen.show_part(replace(part, archived=not part.archived))

    async def _search(self) -> None:
        self._screen.to_search()

    def _say(self, words: str) -> None:
        self._screen.notify(words, markup=False)


def _title(view: ConversationView) -> str:
    return cut(view.title, _WIDEST_TITLE) or "Untitled"

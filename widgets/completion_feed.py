"""Between an editor and its completer: asks when it is due, offers what is still true."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from textual.widgets import TextArea

from providers.sanitise import sanitise_line
from widgets.completion import Completer, Completion, CompletionSet
from widgets.completion_list import CompletionList

_PAUSE = 0.03  # seconds in which the keys gather that come at once


@dataclass(frozen=True, slots=True)
class _State:
    """What a completer was asked about."""

    text: str
    cursor: int


class CompletionFeed:
    """One question at a time, for the text as it is then; late answers are dropped.

    Args:
        editor: what is completed.
    """

    def __init__(self, editor: TextArea) -> None:
        self.completer: Completer | None = None
        self._editor = editor
        self._list: CompletionList | None = None
        self._offer: tuple[_State, CompletionSet] | None = None
        self._dismissed: int | None = None
        # A task and no worker of Textual's: those post four messages each, and this is every key.
        self._task: asyncio.Task[None] | None = None
        self._asked = 0
        self._takes_first = False

    def attach(self, completion_list: CompletionList) -> None:
        """Show completions in ``completion_list``, and take what is clicked there."""
        self._list = completion_list
        completion_list.answers_to(self._editor)

    @property
    def is_open(self) -> bool:
        """Whether something is offered, be it for the text of a moment ago."""
        return self._offer is not None

    @property
    def chosen(self) -> Completion | None:
        """What is highlighted; None when nothing is offered for the text as it is now."""
        if self._list is None or self._offer is None or self._offer[0] != self._state():
            return None
        return self._list.current

    def is_typed(self, completion: Completion) -> bool:
        """Return whether ``completion`` stands in the text already."""
        if self._offer is None:
            return False
        state, offer = self._offer
        return state.text[offer.start : offer.end].strip() == completion.insert.strip()

    def ask(self) -> None:
        """Ask about the text as it will be in a moment."""
        if self.completer is None or self._list is None:
            return
        self._asked += 1
        self._takes_first = False
        if self._task is None:
            self._task = asyncio.create_task(self._answer())
            self._task.add_done_callback(self._ended)

    def move(self, step: int) -> bool:
        """Highlight another one; return False when there is nothing to choose from."""
        if not self.is_open or self._list is None:
            return False
        self._list.move(step)
        return True

    def take_first(self) -> bool:
        """Accept the best one as soon as the answer is here; return False when none is due."""
        self._takes_first = self._task is not None
        return self._takes_first

    def accept(self, completion: Completion) -> None:
        """Put ``completion`` into the text, unless the text has changed under it."""
        if self._offer is None or self._offer[0] != self._state():
            return
        state, offer = self._offer
        insert = sanitise_line(completion.insert) + " " * completion.insert.endswith(" ")
        if state.text[offer.end : offer.end + 1].isspace():
            insert = insert.rstrip()
        place = self._editor.document.get_location_from_index  # type: ignore[attr-defined]
        self._hide()
        result = self._editor.replace(
            insert, place(offer.start), place(offer.end), maintain_selection_offset=False
        )
        self._editor.move_cursor(result.end_location)
        if not completion.more:
            self.stop()

    def dismiss(self) -> bool:
        """Offer nothing more for this word; return whether anything was offered."""
        if self._offer is None:
            return False
        self._dismissed = self._offer[1].start
        self.stop()
        return True

    def stop(self) -> None:
        """Offer nothing, until the text changes."""
        self._asked += 1
        self._takes_first = False
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._hide()

    def begin_anew(self) -> None:
        """Offer nothing, and forget what was dismissed: the text is another one."""
        self.stop()
        self._dismissed = None

    def _hide(self) -> None:
        self._offer = None
        if self._list is not None:
            self._list.hide()

    def _state(self) -> _State:
        document = self._editor.document
        index = document.get_index_from_location(  # type: ignore[attr-defined]
            self._editor.cursor_location
        )
        return _State(document.text, index)

    async def _answer(self) -> None:
        assert self.completer is not None  # `ask` looked
        asked = -1
        answer: CompletionSet | None = None
        while asked != self._asked:
            await asyncio.sleep(_PAUSE)
            asked, state = self._asked, self._state()
            answer = await self.completer(state.text, state.cursor)
            if asked == self._asked:
                self._show(state, answer)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task is self._task:
            self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            # Nothing is offered then; writing goes on.
            self._editor.log.error(error)

    def _show(self, state: _State, answer: CompletionSet | None) -> None:
        takes_first, self._takes_first = self._takes_first, False
        if answer is None or answer.start != self._dismissed:
            self._dismissed = None
        elif not takes_first:
            answer = None
        if answer is None or not answer.items or self._list is None:
            self._hide()
            if takes_first:
                # The key was meant for what it does where nothing is to be completed.
                self._editor.screen.focus_next()
            return
        self._offer = (state, answer)
        self._list.show(answer.items)
        if takes_first:
            self.accept(answer.items[0])

"""Where the person writes: Enter sends, ctrl+j makes a new line, "/" gives a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets.text_area import Edit, EditResult

from widgets.completion import Completer
from widgets.completion_feed import CompletionFeed
from widgets.completion_list import CompletionList
from widgets.pastes import LONGEST, Pastes
from widgets.prompt_area import PromptArea, clean
from widgets.prompt_history import Draft, PromptHistory
from widgets.slash_prefix import as_sent, as_typed, is_command

_CHANGE_PAUSE = 0.15  # seconds without a key until a prediction is worth its while
_DRAFT_PAUSE = 0.3  # seconds without a key until a draft is worth keeping


class Composer(PromptArea):
    """A text area that grows with its text up to a third of the screen.

    A huge paste is shown as a chip such as ``[pasted 1,024 KB #1]`` and takes its place again in
    ``text``, in what is submitted and in drafts.

    Up on the first line and down on the last one walk through the prompts of ``set_history``.
    What the completer of ``set_completer`` knows is offered in the list given to ``attach``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "send", show=False, id="composer.send"),
        Binding("ctrl+j,shift+enter", "newline", "new line", show=False, id="composer.newline"),
        Binding(
            "ctrl+g", "editor", "go on writing in your own editor", show=False, id="composer.editor"
        ),
        Binding("alt+up", "older", "earlier prompt", show=False, id="composer.older"),
        Binding("alt+down", "newer", "later prompt", show=False, id="composer.newer"),
    ]

    @dataclass
    class Submitted(Message):
        """The person sends ``text``. The composer keeps it until it is told to ``clear``."""

        text: str

    @dataclass
    class CommandGiven(Message):
        """The person gives a command: ``text`` begins with a slash and a letter, or is ``/?``.

        The composer keeps it until it is told to ``clear``.
        """

        text: str

    @dataclass
    class TextChanged(Message):
        """The text is another, and no key came for a moment: worth a prediction."""

        text: str

    @dataclass
    class DraftChanged(Message):
        """The text has been left alone for a moment: worth keeping."""

        text: str

    @dataclass
    class EditorWanted(Message):
        """The person wants to go on with ``text`` in their own editor."""

        text: str

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._draft = self._noticed = ""
        self._pause: Timer | None = None
        self._prompts = PromptHistory()
        self._feed = CompletionFeed(self)
        self._borrower: Callable[[str], bool] | None = None
        # Bindings run only after the keys that are already waiting: a newline would come late.
        self._keys: Mapping[str, Callable[[], bool]] = {
            "tab": self._complete,
            "escape": self.close_completions,
            "up": self._up,
            "down": self._down,
        }

    def set_prompt(self, prompt: str) -> None:
        """Replace the text by what sends ``prompt`` again, be it one that begins with a slash."""
        self.set_text(_retyped(prompt))

    def action_submit(self) -> None:
        """Send the text or give the command, unless it is blank."""
        text = self.text
        if not text.strip():
            return
        self._feed.stop()
        # A chip is never a command, whatever was pasted.
        if is_command(self.document.text):
            self.post_message(self.CommandGiven(text))
        else:
            slashes = self.document.text.startswith("//")
            self.post_message(self.Submitted(as_sent(text) if slashes else text))

    def set_text(self, text: str) -> None:
        """Replace the text, with the cursor behind it."""
        self._prompts.leave()
        super().set_text(text)

    def replace_all(self, text: str) -> None:
        """Replace the text, which is clean, with the cursor before it."""
        self._feed.begin_anew()
        super().replace_all(text)

    def insert_at_cursor(self, text: str) -> None:
        """Put ``text`` in the place of what is selected; nothing is offered for a paste."""
        super().insert_at_cursor(text)
        self._feed.stop()

    def edit(self, edit: Edit) -> EditResult:
        """Change the text as a key asked for, and look how it could go on."""
        result = super().edit(edit)
        self._feed.ask()
        return result

    def on_text_area_selection_changed(self) -> None:
        """Look how the text could go on where the cursor is now, if that is being offered."""
        if self._feed.is_open:
            self._feed.ask()

    def on_unmount(self) -> None:
        """Ask nothing any more."""
        self._feed.stop()

    def lend_keys(self, borrower: Callable[[str], bool] | None) -> None:
        """Offer every key to ``borrower`` first while nothing is written; None ends that.

        Args:
            borrower: takes the name of a key and returns whether it has used it.
        """
        self._borrower = borrower

    # Completions

    def set_completer(self, completer: Completer) -> None:
        """Ask ``completer`` how the text could go on, after keys that change it."""
        self._feed.completer = completer

    def attach(self, completion_list: CompletionList) -> None:
        """Offer completions in ``completion_list``, which stands before the composer."""
        self._feed.attach(completion_list)

    def close_completions(self) -> bool:
        """Offer nothing more for this word; return whether anything was offered."""
        return self._feed.dismiss()

    def on_completion_list_chosen(self, event: CompletionList.Chosen) -> None:
        """Take what was clicked."""
        event.stop()
        self._feed.accept(event.completion)

    def _complete(self) -> bool:
        chosen = self._feed.chosen
        if chosen is None:
            # Whoever types fast is ahead of the answer: the key waits for it.
            return self._feed.take_first()
        self._feed.accept(chosen)
        return True

    # Keys

    async def _on_key(self, event: events.Key) -> None:
        key = self._keys.get(event.key)
        handled = self._is_borrowed(event.key) or (key is not None and key())
        if not handled and (bound := self.bound(event.key)):
            # Textual runs bindings only after the keys that are already waiting: typed fast,
            # backspace and a letter would be the letter and then backspace.
            handled = await self.app.run_action(bound[0].action, self)
        if handled:
            event.stop()
            event.prevent_default()

    def _is_borrowed(self, key: str) -> bool:
        return self._borrower is not None and not self.text and self._borrower(key)

    def action_enter(self) -> None:
        """Send the text, or take the completion that is chosen."""
        chosen = self._feed.chosen
        if chosen is None or self._feed.is_typed(chosen):
            self.action_submit()
        else:
            self._feed.accept(chosen)

    def action_editor(self) -> None:
        """Go on in the person's own editor."""
        self._feed.stop()
        self.post_message(self.EditorWanted(self.text))

    def action_older(self) -> None:
        """Show the prompt before."""
        self._walk_back()

    def action_newer(self) -> None:
        """Show the prompt after, or what was being written."""
        self._walk_on()

    def _up(self) -> bool:
        if self._feed.move(-1):
            return True
        first = self.navigator.is_first_wrapped_line(self.cursor_location)
        return first and self.selection.is_empty and self._walk_back()

    def _down(self) -> bool:
        if self._feed.move(1):
            return True
        last = self.navigator.is_last_wrapped_line(self.cursor_location)
        return last and self.selection.is_empty and self._walk_on()

    # What the pauses are for

    def on_text_area_changed(self) -> None:
        """Wait for a pause in the writing."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_CHANGE_PAUSE, self._post_change)

    def _post_change(self) -> None:
        self._pause = self.set_timer(_DRAFT_PAUSE - _CHANGE_PAUSE, self._post_draft)
        if (text := self.text) != self._noticed:
            self._noticed = text
            self.post_message(self.TextChanged(text))

    def _post_draft(self) -> None:
        self._pause = None
        # While a prompt of before is looked at, the draft is still what was being typed.
        if not self._looks_back and (text := self.text) != self._draft:
            self._draft = text
            self.post_message(self.DraftChanged(text))

    # Prompts of before

    def set_history(self, prompts: Sequence[str]) -> None:
        """Let the keys walk through ``prompts``, as they were sent, newest first."""
        self._prompts.replace([clean(prompt) for prompt in prompts])

    @property
    def _looks_back(self) -> bool:
        """Whether a prompt of before is shown as it was."""
        prompt = self._prompts.current
        return prompt is not None and self.text == _retyped(prompt)

    def _walk_back(self) -> bool:
        self._leave_if_changed()
        shown = self.document.text
        draft = Draft(self.text, shown, self.pastes.held, self.cursor_location)
        prompt = self._prompts.older(draft)
        if prompt is None:
            return False
        self.replace_all(_retyped(prompt))
        # The end of the first row, so that the same key goes on walking.
        ends = self.wrapped_document.get_offsets(0)
        self.move_cursor((0, ends[0] - 1 if ends else len(self.document.get_line(0))))
        return True

    def _walk_on(self) -> bool:
        self._leave_if_changed()
        match self._prompts.newer():
            case None:
                return False
            case Draft() as draft:
                self.pastes = Pastes(draft.pastes)
                self._feed.begin_anew()
                self.load_text(draft.shown)
                self.move_cursor(draft.cursor)
            case prompt:
                self.replace_all(_retyped(prompt))
                self.move_cursor(self.document.end)
        return True

    def _leave_if_changed(self) -> None:
        if self._prompts.walking and not self._looks_back:
            self._prompts.leave()


def _retyped(prompt: str) -> str:
    # What becomes a chip is never a command, and wants no second slash.
    return prompt if len(prompt) > LONGEST else as_typed(prompt)

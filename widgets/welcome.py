"""What an empty conversation shows: who will answer, and the few keys worth knowing."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.widgets import Static

from providers.sanitise import sanitise_line

_NAME = "t e l e x"
_PROMISE = "every model, one screen"
_KEY_WIDTH = 8


class Welcome(Middle):
    """The middle of an empty screen.

    Args:
        keys: pairs of a key and what it does.
    """

    DEFAULT_CSS = """
    Welcome {
        align: center middle;
        & Static { width: auto; height: auto; }
        & #welcome-words { text-align: center; margin-bottom: 1; }
    }
    """

    def __init__(
        self,
        keys: Sequence[tuple[str, str]] = (),
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._keys = tuple(keys)

    def compose(self) -> ComposeResult:
        """Lay out the words and the keys, each centred as a block."""
        with Center():
            yield Static(self._words(""), id="welcome-words")
        with Center():
            yield Static(self._key_list(), id="welcome-keys")

    def show_answering(self, who: str) -> None:
        """Say who would answer a question asked now."""
        self.query_one("#welcome-words", Static).update(self._words(who))

    def _words(self, who: str) -> Content:
        lines = [
            Content.styled(_NAME, "bold $primary"),
            Content.styled(_PROMISE, "$foreground 60%"),
        ]
        if who:
            lines += [Content(""), Content.styled(sanitise_line(who), "$foreground 80%")]
        return Content("\n").join(lines)

    def _key_list(self) -> Content:
        return Content("\n").join(
            Content.assemble((f"{key:>{_KEY_WIDTH}}", "bold"), ("  " + does, "$foreground 60%"))
            for key, does in self._keys
        )

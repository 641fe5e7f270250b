"""What an empty conversation shows: who will answer, and the few keys worth knowing."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from providers.sanitise import sanitise_line

_NAME = "t e l e x"
_PROMISE = "every model, one screen"
_KEY_WIDTH = 8
_HEAD = 3  # lines above a hosted card
_LEAST = 5  # lines of a card below which nothing can be read


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
        & #welcome-note {
            display: none; text-align: center; margin-top: 1; color: $text-success; max-width: 96%;
        }
        & #welcome-note.-there { display: block; }
        &.-hosting #welcome-keys { display: none; }
        &.-hosting #welcome-note { display: none; }
        &.-hosting .-host { height: auto; }
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
        self._who = ""
        self._hosted: Widget | None = None

    def compose(self) -> ComposeResult:
        """Lay out the words and the keys, each centred as a block."""
        with Center():
            yield Static(self._words(), id="welcome-words", markup=False)
        with Center():
            yield Static(self._key_list(), id="welcome-keys", markup=False)
        with Center():
            yield Static(id="welcome-note", markup=False)

    def show_answering(self, who: str) -> None:
        """Say who would answer a question asked now."""
        self._who = sanitise_line(who)
        self._say()

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """List other keys, with what they do."""
        self._keys = tuple(keys)
        self.query_one("#welcome-keys", Static).update(self._key_list())

    async def host(self, card: Widget) -> None:
        """Show ``card`` in the place of the keys; whoever would answer is still told."""
        self.add_class("-hosting")
        self._say()
        self._hosted = card
        self._fit()
        await self.mount(Center(card, classes="-host"))

    def on_resize(self) -> None:
        """Leave the card the room there is."""
        self._fit()

    def release(self, note: str = "") -> None:
        """Take the card away, and say ``note`` below the keys from then on."""
        self._hosted = None
        self.remove_class("-hosting")
        self._say()
        words = self.query_one("#welcome-note", Static)
        words.set_class(bool(note), "-there")
        words.update(Content(sanitise_line(note)))
        self.query(".-host").remove()

    def _fit(self) -> None:
        if self._hosted is not None and self.size.height:
            self._hosted.styles.max_height = max(_LEAST, self.size.height - _HEAD)

    def _say(self) -> None:
        self.query_one("#welcome-words", Static).update(self._words())

    def _words(self) -> Content:
        name = Content.styled(_NAME, "bold $primary")
        promise = Content.styled(_PROMISE, "$foreground 60%")
        who = Content.styled(self._who, "$foreground 80%")
        if self.has_class("-hosting"):  # there is not much room
            return Content("\n").join([name, who])
        return Content("\n").join(
            [name, promise, Content(""), who] if self._who else [name, promise]
        )

    def _key_list(self) -> Content:
        return Content("\n").join(
            Content.assemble((f"{key:>{_KEY_WIDTH}}", "bold"), ("  " + does, "$foreground 60%"))
            for key, does in self._keys
        )

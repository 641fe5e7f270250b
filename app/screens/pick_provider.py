"""Naming the provider that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from widgets.plain_list import PlainList

if TYPE_CHECKING:
    from app.runtime import Runtime


class PickProviderScreen(ModalScreen[str | None]):
    """Returns the name that was picked, or None.

    Args:
        runtime: whose providers there are.
    """

    DEFAULT_CSS = """
    PickProviderScreen {
        align: center middle;
        #pick {
            width: 64; max-width: 90%; height: auto; max-height: 80%;
            border: round $primary; background: $surface; padding: 0 1;
        }
        #pick-title { height: 1; color: $foreground 60%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Back")]

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime

    def compose(self) -> ComposeResult:
        """List the providers; those without a key cannot be picked."""
        with Vertical(id="pick"):
            yield Static("Who should answer? Others follow if it fails.", id="pick-title")
            yield PlainList(*map(self._option, self._runtime.factory.list_providers()))

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def _option(self, name: str) -> Option:
        factory = self._runtime.factory
        config = factory.config_of(name)
        has_key = factory.provider(name) is not None
        detail = config.model if has_key else "no key · f9 adds one"
        words = Content.assemble((f"{name:<12}", "bold"), (detail, "$foreground 60%"))
        return Option(words, id=name, disabled=not has_key)

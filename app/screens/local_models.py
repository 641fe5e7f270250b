"""Local models: what is on this machine, what can be fetched, which servers run here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.jobs import Jobs, JobState
from app.keymap import key_of, with_keys
from app.local_models.discovery import PORTS, FoundServer, ServerKind, discover
from app.local_models.shelf import Fetchable, Shelf, Shelved, shelf_of
from app.local_models.use import take_away, use_file, use_server
from app.local_models.work import end_of_fetch, job_key, start_built_in, start_fetch
from app.screens.careful import CarefulScreen
from app.screens.choose import Choice, ChooseScreen
from app.screens.local_model_rows import (
    HINT,
    Row,
    ServerRow,
    Subject,
    detail_of,
    line_of,
    model_label,
    rows_of,
    servers_in_use,
)
from app.settings_changed import SettingsChanged
from providers.sanitise import sanitise
from storage.config_catalogue import CatalogueEntry
from widgets.plain_list import PlainList

if TYPE_CHECKING:
    from app.jobs import Job
    from app.runtime import Runtime

_INTRO = Content.assemble(
    ("Local models", "bold $foreground"),
    " run here: what you write stays on this machine, at no cost. Only fetching needs the network.",
)


class LocalModelsScreen(CarefulScreen):
    """Lists local models; uses, fetches and deletes them.

    Args:
        runtime: whose settings and folders.
        ports: where to look for servers.
    """

    AUTO_FOCUS = "#models-list"
    DEFAULT_CSS = """
    LocalModelsScreen {
        layout: vertical;
        padding: 1 2 0 2;
        #models-intro { height: auto; max-height: 2; margin-bottom: 1; color: $foreground 70%; }
        #models-list {
            height: 1fr; text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1;
            & > .option-list--option-disabled { color: $foreground; }
        }
        #models-detail {
            height: 3; margin-top: 1; padding-left: 2; text-wrap: nowrap; text-overflow: ellipsis;
        }
        #models-status { height: auto; max-height: 3; }
        #models-hint { height: 1; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back", id="local-models.back"),
        Binding("d", "delete", "Delete a fetched model", id="local-models.delete"),
        Binding("c", "cancel", "Cancel fetching it", id="local-models.cancel"),
        Binding("b", "built_in", "Use the built-in model", id="local-models.built-in"),
        Binding("r", "look", "Look again", id="local-models.look"),
    ]

    def __init__(self, runtime: Runtime, *, ports: Mapping[ServerKind, int] = PORTS) -> None:
        super().__init__()
        self._runtime = runtime
        self._ports = ports
        self._shelf: Shelf | None = None
        self._servers: Sequence[FoundServer] | None = None
        self._rows: list[Row] = []
        self._lines: dict[str, Content] = {}

    def compose(self) -> ComposeResult:
        """Lay out the list, what is said about the picked row, and the keys."""
        yield Static(_INTRO, id="models-intro", markup=False)
        yield PlainList(id="models-list")
        yield Static(id="models-detail", markup=False)
        yield Static(id="models-status", markup=False)
        yield Static(with_keys(self, HINT), id="models-hint", markup=False)

    def on_mount(self) -> None:
        """Look at the disk and at this machine's ports."""
        self._unwatch = [
            self._jobs.observe(self._paint_progress),
            self._jobs.on_end(self._job_ended),
        ]
        self._look()

    def on_unmount(self) -> None:
        """Stop following the work; it goes on."""
        for unwatch in self._unwatch:
            unwatch()

    def on_resize(self) -> None:
        """Cut the lines to the new width."""
        self._fill()

    @on(SettingsChanged)
    def _settings_changed(self) -> None:
        self._read()

    @property
    def _jobs(self) -> Jobs:
        return self.telex.jobs

    @property
    def _picked(self) -> Subject | None:
        options = self.query_one("#models-list", OptionList)
        if options.highlighted is None or options.highlighted >= len(self._rows):
            return None
        return self._rows[options.highlighted].subject

    def _look(self) -> None:
        self._servers = None
        self._read()
        self._find_servers()

    @work(group="models-read", exclusive=True, exit_on_error=False)
    async def _read(self) -> None:
        self._shelf = await asyncio.to_thread(self._read_shelf)
        self._fill()

    def _read_shelf(self) -> Shelf:
        runtime = self._runtime
        return shelf_of(runtime.settings, runtime.paths.models, self.telex.environment)

    @work(group="models-servers", exclusive=True, exit_on_error=False)
    async def _find_servers(self) -> None:
        self._servers = await discover(self.telex.environment, ports=self._ports)
        self._fill()

    def _fill(self) -> None:
        if self._shelf is None:
            return
        options = self.query_one("#models-list", OptionList)
        index = options.highlighted
        before = self._rows[index].id if index is not None and index < len(self._rows) else None
        self._rows = rows_of(self._shelf, self._servers)
        self._lines = {row.id: self._line(row) for row in self._rows}
        options.clear_options()
        options.add_options(
            Option(self._lines[row.id], id=row.id, disabled=row.subject is None)
            for row in self._rows
        )
        ids = [row.id for row in self._rows]
        options.highlighted = ids.index(before) if before in ids else 1
        self._say_detail()

    def _line(self, row: Row) -> Content:
        assert self._shelf is not None  # the rows are made of it
        used = servers_in_use(self._runtime.settings)
        width = self.query_one("#models-list", OptionList).scrollable_content_region.width
        return line_of(row, self._shelf, self._jobs, used, max(40, width or 76))

    def _paint_progress(self) -> None:
        options = self.query_one("#models-list", OptionList)
        for row in self._rows:
            line = self._line(row)
            # What has not changed is not painted.
            if line != self._lines.get(row.id):
                self._lines[row.id] = line
                options.replace_option_prompt(row.id, line)

    @on(OptionList.OptionHighlighted)
    def _say_detail(self) -> None:
        if self._shelf is not None:
            self.query_one("#models-detail", Static).update(detail_of(self._picked, self._shelf))

    def _say(self, words: str, *, trouble: bool = False) -> None:
        mark, style = ("✗ ", "$text-error") if trouble else ("✓ ", "$text-success")
        text = Content.styled(f"{mark}{sanitise(words)}", style) if words else Content("")
        self.query_one("#models-status", Static).update(text)

    def _job_ended(self, job: Job) -> None:
        self._say(end_of_fetch(job), trouble=job.state is JobState.FAILED)
        self._read()

    @on(OptionList.OptionSelected)
    def _enter(self) -> None:
        match self._picked:
            case Shelved(path=None) if self._shelf is not None and self._shelf.built_in_missing:
                start_built_in(self._jobs, self._runtime.paths)
            case Shelved() as model:
                self._use_file(model)
            case Fetchable(entry=entry):
                self._say("")
                start_fetch(self._jobs, entry, self._runtime.paths)
            case ServerRow(server=server, model=None):
                label = server.kind.label
                self._say(f"{label} offers no model: load one there, then press r", trouble=True)
            case ServerRow() as row:
                self._use_server(row)
            case _:
                pass

    def action_built_in(self) -> None:
        """Go back to the built-in model."""
        if self._shelf is not None:
            self._use_file(self._shelf.here[0])

    @work(group="models-use", exclusive=True, exit_on_error=False)
    async def _use_file(self, model: Shelved) -> None:
        await self.tried(self._take_file(model))

    async def _take_file(self, model: Shelved) -> None:
        if model.in_use:
            self._say(f"{model.name} is the local model already.")
            return
        if await self.telex.change(use_file(model, self._runtime.settings)):
            words = f"{model.name} is the local model now: it answers when no other can, and"
            self._say(f"{words} when you name it ({key_of(self.telex, 'chat.manual')}).")
        self._read()

    @work(group="models-use", exclusive=True, exit_on_error=False)
    async def _use_server(self, row: ServerRow) -> None:
        assert row.model is not None  # one without a model is refused before
        edits = use_server(row.server, row.model, self._runtime.settings)
        if await self.telex.change(edits):
            who, named = model_label(row.model.name), key_of(self.telex, "chat.manual")
            self._say(
                f"{who} answers as the provider {edits[0].key[1]} now, at no cost: the strategy"
                f" “cost” asks it first, and {named} in the chat names it."
            )
        self._fill()

    def action_cancel(self) -> None:
        """Stop fetching the picked model, or the only one that is being fetched."""
        match self._picked:
            case Fetchable(entry=CatalogueEntry(id=name)) | Shelved(id=name):
                job = self._jobs.find(job_key(name))
            case _:
                job = None
        running = self._jobs.running
        job = job or (running[0] if len(running) == 1 else None)
        if job is None:
            self._say("Nothing is being fetched here.")
        else:
            job.cancel()

    def action_look(self) -> None:
        """Look at the disk and the ports again."""
        self._say("")
        self._look()

    def action_back(self) -> None:
        """Leave; what is being fetched goes on."""
        self.dismiss(None)

    def action_delete(self) -> None:
        """Delete the picked file, after asking."""
        match self._picked:
            case Shelved(path=path) as model if path is not None and model.removable:
                if model.in_use:
                    words = f"{model.name} is in use: b goes back to the built-in one, then delete"
                    self._say(words, trouble=True)
                    return
                self._ask_to_delete(model, f"Delete {model.name} ({path})?")
            case Fetchable(entry=entry, partial=partial) as item if partial:
                if self._jobs.find(job_key(entry.id)):
                    self._say(f"{entry.name} is being fetched: c cancels that", trouble=True)
                    return
                self._ask_to_delete(item, f"Delete what is here of {entry.name}?")
            case _:
                self._say("This is not telex's to delete: only what it fetched is.", trouble=True)

    def _ask_to_delete(self, what: Shelved | Fetchable, question: str) -> None:
        choices = [Choice(False, "Keep it", key="k"), Choice(True, "Delete it", key="d")]

        async def answered(choice: Choice[bool] | None) -> None:
            if choice is not None and choice.value:
                await self._delete(what)

        self.app.push_screen(ChooseScreen(question, choices), self.carefully(answered))

    async def _delete(self, what: Shelved | Fetchable) -> None:
        # The settings may have changed since the row was painted.
        now = await asyncio.to_thread(self._read_shelf)
        words = await asyncio.to_thread(take_away, what, now, self._runtime.paths.models)
        self._say(words)
        self._read()

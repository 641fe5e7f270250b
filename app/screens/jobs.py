"""Work under way: how far everything is that takes long, and a key to stop it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.job_text import facts_of
from app.jobs import Job, Jobs, JobState
from app.keymap import with_keys
from providers.sanitise import sanitise
from widgets.job_line import progress_bar
from widgets.one_line import fit, one_line
from widgets.plain_list import PlainList

_HINT = "{jobs.cancel} cancel · {jobs.clear} forget what has ended · {jobs.back} back"
_NOTHING = "Nothing is under way. What takes long, such as fetching a local model, is listed here."
_TITLE = 22  # cells
_BAR = 14
_MARKS = {
    JobState.RUNNING: ("↓", "$primary"),
    JobState.DONE: ("✓", "$text-success"),
    JobState.FAILED: ("✗", "$text-error"),
    JobState.CANCELLED: ("–", "$foreground 60%"),
}


class JobsScreen(Screen[None]):
    """Lists long work, the newest first.

    Args:
        jobs: all of it.
    """

    AUTO_FOCUS = "#jobs-list"
    DEFAULT_CSS = """
    JobsScreen {
        layout: vertical;
        padding: 1 2 0 2;
        #jobs-title { height: 1; text-style: bold; margin-bottom: 1; }
        #jobs-nothing { height: auto; color: $foreground 60%; }
        #jobs-list { height: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
        #jobs-words { height: auto; max-height: 4; margin-top: 1; }
        #jobs-hint { height: 1; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back", id="jobs.back"),
        Binding("c", "cancel", "Cancel it", id="jobs.cancel"),
        Binding("x", "clear", "Forget what has ended", id="jobs.clear"),
    ]

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._shown: list[Job] = []
        self._lines: list[Content] = []

    def compose(self) -> ComposeResult:
        """Lay out the list, what came of the picked one, and the keys."""
        yield Static("Work under way", id="jobs-title", markup=False)
        yield Static(_NOTHING, id="jobs-nothing", markup=False)
        yield PlainList(id="jobs-list")
        yield Static(id="jobs-words", markup=False)
        yield Static(with_keys(self, _HINT), id="jobs-hint", markup=False)

    def on_mount(self) -> None:
        """Follow the work."""
        self._unwatch = self._jobs.observe(self._paint)
        self._paint()

    def on_unmount(self) -> None:
        """Stop following it; it goes on."""
        self._unwatch()

    @property
    def _picked(self) -> Job | None:
        index = self.query_one("#jobs-list", OptionList).highlighted
        return self._shown[index] if index is not None and index < len(self._shown) else None

    def _paint(self) -> None:
        options = self.query_one("#jobs-list", OptionList)
        jobs = list(reversed(self._jobs.all))
        lines = [_line(job) for job in jobs]
        if jobs != self._shown:
            picked = self._picked
            options.clear_options()
            options.add_options(Option(line) for line in lines)
            if jobs:
                options.highlighted = jobs.index(picked) if picked in jobs else 0
        else:
            for index, (line, before) in enumerate(zip(lines, self._lines, strict=True)):
                # What has not changed is not painted.
                if line != before:
                    options.replace_option_prompt_at_index(index, line)
        self._shown, self._lines = jobs, lines
        self.query_one("#jobs-nothing").display = not jobs
        self._say()

    @on(OptionList.OptionHighlighted)
    def _say(self) -> None:
        job = self._picked
        words = sanitise(job.words) if job is not None else ""
        style = "$text-error" if job is not None and job.state is JobState.FAILED else ""
        self.query_one("#jobs-words", Static).update(Content.styled(words, style))

    def action_cancel(self) -> None:
        """Stop the picked work."""
        if self._picked is not None:
            self._picked.cancel()

    def action_clear(self) -> None:
        """Forget what has ended."""
        self._jobs.clear()


def _line(job: Job) -> Content:
    mark, style = _MARKS[job.state]
    parts = [Content.assemble((f"{mark} ", style), (fit(job.title, _TITLE), "bold"))]
    if job.running:
        if job.share is not None:
            parts.append(progress_bar(job.share, _BAR))
        parts.append(Content(" · ".join(map(one_line, facts_of(job)))))
    else:
        words = f": {one_line(job.words)}" if job.words else ""
        parts.append(Content.styled(f"{job.state.value}{words}", style))
    return Content("  ").join(parts)

"""The doctor: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from app.clipboard import copy
from app.doctor.examine import CHECKS, Check, examine, in_thread
from app.doctor.finding import Finding, State, summary
from app.doctor.patient import Patient, admit
from app.doctor.report import clean, finding_lines, report_text
from app.keymap import with_keys
from app.screens.careful import CarefulScreen

if TYPE_CHECKING:
    from textual.events import Resize

    from app.runtime import Runtime

_HINT = (
    "↑↓ scroll · {doctor.again} check again · {doctor.copy} copy the report · {doctor.back} back"
)
_STYLES = {State.OK: "$text-success", State.WARNING: "$text-warning", State.PROBLEM: "$text-error"}
_ORDER = (State.PROBLEM, State.WARNING, State.OK)
_REPORT_WIDTH = 80
_MARGIN = 5  # cells beside the lines: the padding, and the scrollbar


class DoctorScreen(CarefulScreen):
    """Runs the checks and lists what they find, the worst first.

    Args:
        runtime: keys, and what was configured.
        environment: places, terminal and proxies.
        checks: which.
    """

    AUTO_FOCUS = "#doctor-scroll"
    DEFAULT_CSS = """
    DoctorScreen {
        layout: vertical;
        padding: 1 2 0 2;
        #doctor-title { height: 1; margin-bottom: 1; }
        #doctor-scroll { height: 1fr; scrollbar-size-vertical: 1; }
        #doctor-body { height: auto; }
        #doctor-hint { height: 1; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back", id="doctor.back"),
        Binding("r", "again", "Check again", id="doctor.again"),
        Binding("c", "copy", "Copy the report", id="doctor.copy"),
    ]

    def __init__(
        self,
        runtime: Runtime,
        environment: Mapping[str, str],
        *,
        checks: Sequence[Check] = CHECKS,
    ) -> None:
        super().__init__()
        self._runtime = runtime
        self._environment = environment
        self._checks = checks
        self._patient: Patient | None = None
        self._found: dict[int, Sequence[Finding]] = {}

    def compose(self) -> ComposeResult:
        """Lay out the summary, the findings and the keys."""
        yield Static(id="doctor-title", markup=False)
        with VerticalScroll(id="doctor-scroll"):
            yield Static(id="doctor-body", markup=False)
        yield Static(with_keys(self, _HINT), id="doctor-hint", markup=False)

    def on_mount(self) -> None:
        """Check."""
        self._check()

    def on_resize(self, event: Resize) -> None:
        """Wrap the lines anew."""
        self._paint(event.size.width)

    def action_again(self) -> None:
        """Check again: what was done about it may have helped."""
        self._check()

    @work(group="doctor", exclusive=True, exit_on_error=False)
    async def _check(self) -> None:
        self._found = {}
        self._patient = None
        self._paint(self.size.width)
        self._patient = await in_thread(self._admit)
        await examine(self._patient, checks=self._checks, told=self._told)

    def _admit(self) -> Patient:
        keys = self._runtime.keys
        keys.refresh()  # it may have been unlocked meanwhile
        # Every key is read here, once: the checks ask side by side.
        keys.keys()
        size = self.app.size
        return admit(self._environment, size=(size.width, size.height), keys=keys)

    def _told(self, index: int, found: Sequence[Finding]) -> None:
        self._found[index] = found
        self._paint(self.size.width)

    @property
    def _findings(self) -> list[Finding]:
        return [each for index in sorted(self._found) for each in self._found[index]]

    def _paint(self, width: int) -> None:
        findings, ended = self._findings, len(self._found)
        done = ended == len(self._checks)
        words = summary(findings) if done else f"Checking: {ended} of {len(self._checks)} done"
        title = Content.assemble(("Doctor", "bold"), ("  ", ""), (words, "$foreground 70%"))
        self.query_one("#doctor-title", Static).update(title)
        lines: list[Content] = []
        if self._patient is not None:
            for finding in sorted(findings, key=lambda each: _ORDER.index(each.state)):
                lines += _styled(clean(finding, self._patient), width - _MARGIN)
        self.query_one("#doctor-body", Static).update(Content("\n").join(lines))

    @work(group="copy", exclusive=True, exit_on_error=False)
    async def action_copy(self) -> None:
        """Copy the report, in the order of the checks; it holds no keys and no prompts."""
        if self._patient is None:
            return
        text = report_text(self._findings, self._patient, width=_REPORT_WIDTH)
        copied = await copy(text, self._environment, self.app.copy_to_clipboard)
        self.notify(f"Copied the report {copied.words}", markup=False)


def _styled(finding: Finding, width: int) -> list[Content]:
    """Return the lines of a finding, its mark in the colour of its state."""
    first, *rest = finding_lines(finding, width)
    head = Content.assemble((first[:1], _STYLES[finding.state]), first[1:])
    if finding.state is State.OK:
        return [head, *map(Content, rest)]
    strong = Content.assemble((first, _STYLES[finding.state]))
    return [strong, *map(Content, rest)]

"""Several answers to one question, side by side, while they stream."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from app.live_answer import LiveAnswer, Phase
from widgets.key_hints import Hint
from widgets.one_line import cut, one_line
from widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.live_answers import LiveAnswers

_LOOK = 0.25  # seconds between two looks at what each has come to
_CONSIDER = 0.5  # seconds that an answer must have been there to be picked
_NARROWEST = 36  # cells that an answer needs to be readable beside another
_FADED = "$foreground 60%"


class _Side(Transcript):
    """One answer: what can be done with it waits until one was picked."""

    def hints(self) -> tuple[str, list[Hint]]:
        """Return the keys that do something here."""
        return "", [Hint("↑↓", "scroll")]


class CompareScreen(Screen[tuple[LiveAnswer, ...] | None]):
    """Returns the answers, the better one first, or None when none was picked.

    Args:
        answers: those to compare, under way.
        under_way: stops them.
    """

    DEFAULT_CSS = """
    CompareScreen {
        layout: vertical;
        #compare-question { height: auto; max-height: 3; padding: 0 2; color: $foreground 70%; }
        #compare-sides { height: 1fr; layout: horizontal; }
        &.-stacked #compare-sides { layout: vertical; }
        .side { width: 1fr; height: 1fr; border: round $foreground 20%; }
        .side:focus-within { border: round $primary; }
        .side-head { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        .side Transcript { height: 1fr; }
        #compare-hint { height: 1; padding: 0 2; color: $foreground 50%; text-wrap: nowrap; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", priority=True, show=False, id="compare.back"),
        *(
            Binding(
                str(number),
                f"pick({number})",
                f"Pick answer {number}",
                priority=True,
                show=False,
                id=f"compare.pick-{number}",
            )
            for number in range(1, 5)
        ),
        Binding("s", "stop", "Stop all", priority=True, show=False, id="compare.stop"),
        Binding(
            "tab,right",
            "app.focus_next",
            "Next answer",
            priority=True,
            show=False,
            id="compare.next",
        ),
        Binding(
            "shift+tab,left",
            "app.focus_previous",
            "Answer before",
            priority=True,
            show=False,
            id="compare.previous",
        ),
    ]

    def __init__(self, answers: Sequence[LiveAnswer], under_way: LiveAnswers) -> None:
        super().__init__()
        self.answers = tuple(answers)
        self._answers = under_way
        self._attached: set[LiveAnswer] = set()
        self._pickable: set[LiveAnswer] = set()

    def compose(self) -> ComposeResult:
        """Lay out the question above its answers."""
        question = self.answers[0].question.text
        yield Static(Content(one_line(question)), id="compare-question")
        with Container(id="compare-sides"):
            for number in range(1, len(self.answers) + 1):
                with Vertical(classes="side"):
                    yield Static(id=f"head-{number}", classes="side-head")
                    yield _Side(id=f"side-{number}")
        yield Static(id="compare-hint")

    def on_mount(self) -> None:
        """Follow the answers."""
        self.set_interval(_LOOK, self.look)
        self.query_one("#side-1").focus()
        self.look()

    def on_resize(self, event: events.Resize) -> None:
        """Put them above each other where there is no room side by side."""
        self.set_class(event.size.width < _NARROWEST * len(self.answers), "-stacked")
        self.look()

    def look(self) -> None:
        """Show what each answer has come to; those that have just begun are attached."""
        for number, live in enumerate(self.answers, 1):
            if live.ids is not None and live not in self._attached:
                self._attached.add(live)
                transcript = self.query_one(f"#side-{number}", Transcript)
                transcript.show([live.view])
                if not live.over:
                    live.detach()
                    live.attach(transcript)
            if live.done is not None and live not in self._pickable:
                self.set_timer(_CONSIDER, partial(self._let_pick, live))
            head = self.query_one(f"#head-{number}", Static)
            head.update(_head(number, live, head.content_size.width))
        self.query_one("#compare-hint", Static).update(Content(self._hint()))

    def action_pick(self, number: int) -> None:
        """Go on with answer ``number``; it counts as a rating."""
        if number > len(self.answers):
            return
        picked = self.answers[number - 1]
        if picked not in self._pickable:
            whole = picked.done is not None
            words = "is not whole" if picked.over and not whole else "has not ended yet"
            words = "has just come: look again" if whole else words
            self.notify(f"Answer {number} {words}", severity="warning", markup=False)
            return
        under_way = [live for live in self.answers if not live.over]
        for live in under_way:
            self._answers.stop(live)
        others = [live for live in self.answers if live is not picked]
        self.dismiss((picked, *others))

    def action_stop(self) -> None:
        """Stop those that are under way."""
        for live in self.answers:
            self._answers.stop(live)

    def action_back(self) -> None:
        """Go back to the chat without a verdict; what is under way goes on there."""
        self.dismiss(None)

    def _let_pick(self, live: LiveAnswer) -> None:
        # Digits of what the person goes on typing are no verdict.
        self._pickable.add(live)
        self.look()

    def _hint(self) -> str:
        count = len(self.answers)
        numbers = "1 or 2" if count == 2 else f"1 to {count}"
        stop = " · s stops all" if any(not live.over for live in self.answers) else ""
        settled = all(
            live in self._pickable or (live.over and not live.done) for live in self.answers
        )
        picks = f"{numbers} picks the better · " if settled and self._pickable else ""
        return f"{picks}tab goes across{stop} · esc back to the chat"


def _head(number: int, live: LiveAnswer, width: int) -> Content:
    speaker = live.speaker
    options = live.question.options
    who = " · ".join(speaker or (options.provider or "", options.model or ""))
    state = "" if live.phase is Phase.DONE else f"{live.state_text} · "
    facts = f"{state}{live.cost_text}"
    room = max(6, width - len(facts) - 5)
    return Content.assemble(
        (f" {number} ", "bold reverse $primary"), f" {cut(who, room)} ", (facts, _FADED)
    )

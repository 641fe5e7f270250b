"""A small app around each widget, to look at and to take snapshots of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical

from providers.messages import Role
from widgets.composer import Composer
from widgets.cost_meter import BudgetView, CostMeter, MeterView
from widgets.find_bar import FindBar
from widgets.history_list import ConversationView, HistoryList
from widgets.provider_panel import ProviderPanel
from widgets.provider_view import ProviderState, ProviderView
from widgets.status_line import StatusLine, StatusView
from widgets.transcript import Transcript
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView

ANSWER = """\
# Binary search

A *binary search* halves a **sorted** range until `low` meets `high`. See [the article](https://example.org/bs)
and <https://example.org/plain>; ~~linear search~~ is slower.

```python
from bisect import bisect_left

def find(items: list[int], wanted: int) -> int | None:
    # why: bisect_left returns where `wanted` would go
    at = bisect_left(items, wanted)
    return at if at < len(items) and items[at] == wanted else None

print(find([1, 3, 5], 3), "found")
```

## Cost

| Algorithm | Comparisons | Note |
|:----------|------------:|------|
| linear    | 1,000,000   | any order |
| binary    | 20          | the range must be sorted, which itself costs *n* log *n* |

1. Sort once
   - in place: `items.sort()`
   - or a copy
2. Search often
3. 日本語のテキストも正しく折り返されます 👩‍💻

- [x] measured
- [ ] proved

> A wise remark that is quoted here
> over two lines.

---

Done: <b>raw HTML</b> stays [red]text[/red].
"""

FOOTER = AnswerFooter(
    "groq",
    "openai/gpt-oss-120b",
    1.2,
    0.3,
    812,
    143,
    "$0.0004",
    reason="cheapest of 3: $0.0004 < $0.0021",
)

NOTICES = (NoticeView("groq 429, cooling 38 s → google"), NoticeView("google 503"))

MESSAGES = (
    MessageView("q0", Role.USER, "How do I find a number in a sorted list?\nIn Python, please."),
    MessageView(
        "a0",
        Role.ASSISTANT,
        ANSWER,
        reasoning="The person wants a binary search. " * 20,
        footer=FOOTER,
        notices=(
            NoticeView("openai 503 after 14 words", "To find a number in a sorted list, you"),
            NoticeView("openai 503, cooling 38 s → groq"),
        ),
    ),
    MessageView("q1", Role.USER, "And without the standard library?"),
    MessageView(
        "a1", Role.ASSISTANT, "Then you write the loop", state=MessageState.STOPPED, footer=FOOTER
    ),
)


class TranscriptDemo(App[None]):
    """The transcript on its own."""

    def compose(self) -> ComposeResult:
        """Show one conversation."""
        yield Transcript()

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one(Transcript).show(MESSAGES)


PROVIDERS = (
    ProviderView("groq", "openai/gpt-oss-120b", ProviderState.ACTIVE, 0.52, 0.996, 412),
    ProviderView("anthropic", "claude-sonnet-5-5", ProviderState.READY, 1.9, 1.0, 37),
    ProviderView(
        "openai", "gpt-6.1-terra", ProviderState.COOLING, 1.4, 0.81, 90, 138.0, "429 rate limit"
    ),
    ProviderView(
        "google", "gemini-3.8-flash", ProviderState.FAILING, None, 0.0, 3, None, "401 key refused"
    ),
    ProviderView("mistral", "mistral-large", ProviderState.NO_KEY, detail="telex keys set mistral"),
    ProviderView("local", "smollm2-135m-instruct", ProviderState.UNCHECKED),
)
METER = MeterView(
    "$0.0004",
    True,
    "$0.0123",
    "$0.0412",
    "$4.31",
    day_budget=BudgetView(0.0412, "4 % of $1 today"),
    month_budget=BudgetView(0.862, "86 % of $5/month"),
    expected="$6.20",
    month_end="30 Nov",
    saved="$1.14",
)
STATUS = StatusView(
    "cost",
    "groq",
    "openai/gpt-oss-120b",
    "streaming 43 tok/s",
    "$0.0412",
    "^S strategy  esc stop",
    True,
)


class ChatDemo(App[None]):
    """Everything that belongs to the chat."""

    CSS = "#side { width: 32; border-left: solid $foreground 15%; } CostMeter { margin: 1 0; }"

    def compose(self) -> ComposeResult:
        """Show one conversation."""
        with Horizontal():
            with Vertical():
                yield Transcript()
                yield Composer()
            with Vertical(id="side"):
                yield CostMeter(METER)
                yield ProviderPanel(PROVIDERS, now=lambda: 100.0)
        yield StatusLine(STATUS)

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one(Transcript).show(MESSAGES)
        self.query_one(Composer).focus()


VERSIONS = (
    replace(
        MESSAGES[0], version=2, versions=3, attachments=("plot.png", "data [/] of \x1b[31mMay.csv")
    ),
    MessageView(
        "a0",
        Role.ASSISTANT,
        "Call `bisect_left` and look at what is there.",
        footer=FOOTER,
        version=1,
        versions=2,
        rating="▲ good: clear",
    ),
    *MESSAGES[2:],
)
CUT = (
    MessageView("q", Role.USER, "Tell me everything about binary search."),
    MessageView(
        "length",
        Role.ASSISTANT,
        "It halves a sorted range until",
        footer=replace(FOOTER, ending="cut at 1,024 tokens", cached="612 tok from the cache"),
        version=3,
        versions=3,
    ),
    MessageView("p", Role.USER, "Go on."),
    MessageView("failed", Role.ASSISTANT, "", state=MessageState.FAILED, notices=NOTICES),
    MESSAGES[3],
)


class ReadingDemo(App[None]):
    """A transcript that is read by keyboard, above the bar that searches it.

    Args:
        messages: the conversation.
        at: the message the cursor is on.
        needle: what is looked for, if anything.
    """

    def __init__(self, messages: Sequence[MessageView], at: str, needle: str = "") -> None:
        super().__init__()
        self._messages = messages
        self._at = at
        self._needle = needle

    def compose(self) -> ComposeResult:
        """Show one conversation."""
        yield Transcript()
        yield FindBar()

    def on_mount(self) -> None:
        """Fill it."""
        transcript, bar = self.query_one(Transcript), self.query_one(FindBar)
        transcript.show(self._messages, at=self._at)
        if self._needle:
            bar.open(self._needle)
        transcript.focus()

    def on_find_bar_changed(self, event: FindBar.Changed) -> None:
        """Search as the chat screen does."""
        self.query_one(FindBar).show(self.query_one(Transcript).find(event.needle))

    def on_transcript_found_changed(self, event: Transcript.FoundChanged) -> None:
        """Say in the bar what a key of the transcript has found."""
        self.query_one(FindBar).show(event.found)


class HistoryDemo(App[None]):
    """A list of conversations."""

    def compose(self) -> ComposeResult:
        """List made-up conversations."""
        yield HistoryList(
            [
                ConversationView(1, "Binary search in Python", "2 h ago", 12, "$0.03"),
                ConversationView(
                    2, "[red]Markup[/] in a title", "yesterday", 1, "free", "the [b]word"
                ),
                ConversationView(3, "Long title " * 20, "3 May", 1204, "$1.10"),
            ]
        )

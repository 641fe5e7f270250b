"""A small app around each widget, to look at and to take snapshots of."""

from __future__ import annotations

from textual.app import App, ComposeResult

from providers.messages import Role
from widgets.composer import Composer
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
    "groq", "openai/gpt-oss-120b", 1.2, 0.3, 812, 143, "$0.0004", "cheapest of 3: $0.0004 < $0.0021"
)

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


class ChatDemo(App[None]):
    """Transcript and composer."""

    def compose(self) -> ComposeResult:
        """Show one conversation."""
        yield Transcript()
        yield Composer()

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one(Transcript).show(MESSAGES)
        self.query_one(Composer).focus()

"""The code in a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from widgets.markdown.blocks import Block, Item, Items, Quote
from widgets.markdown.code import Code


class CodeBlock(NamedTuple):
    """Code as it was written.

    Args:
        language: as its fence names it, "" when it does not.
        text: the code, without its last newline.
    """

    language: str
    text: str


def code_in(blocks: Iterable[Block]) -> list[CodeBlock]:
    """Return the code of ``blocks`` from top to bottom, that in lists and quotes too."""
    found: list[CodeBlock] = []
    for code in _code_in(blocks):
        if code.goes_on and found:
            begun = found.pop()
            found.append(CodeBlock(begun.language, f"{begun.text}\n{code.text}"))
        else:
            found.append(CodeBlock(code.language, code.text))
    return found


def _code_in(blocks: Iterable[Block]) -> Iterator[Code]:
    for block in blocks:
        match block:
            case Code():
                yield block
            case Quote(children=inner) | Item(children=inner) | Items(items=inner):
                yield from _code_in(inner)
            case _:
                pass

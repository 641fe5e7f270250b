"""What of a text is prose: the rest repeats itself, and has no language, by right."""

# ruff: noqa: RUF001  (other languages have letters and marks of their own)

from __future__ import annotations

import re

_BLOCK = re.compile(
    r"^[ \t]{0,3}(`{3,}|~{3,})[^\n]*\n?(.*?)(?:^[ \t]{0,3}\1[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_FILE = re.compile(r"^File: [^\n]*\n(`{3,})[^\n]*\n", re.MULTILINE)
_SPAN = re.compile(r"`[^`\n]+`")
_QUOTED = re.compile(
    '"[^"\n]{1,400}"|“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|「[^」\n]{1,400}」'
    "|(?<!\\w)'[^'\n]{2,400}'(?!\\w)|‘[^’\n]{2,400}’(?!\\w)"
)
_TABLE_LINE = re.compile(r"^[ \t]*\|[^\n]*$", re.MULTILINE)


def without_code(text: str) -> str:
    """Return ``text`` without its fenced blocks, code spans and table rows."""
    if "```" in text or "~~~" in text:
        text = _BLOCK.sub("\n", text)
    if "`" in text:
        text = _SPAN.sub(" ", text)
    if "|" in text:
        text = _TABLE_LINE.sub("", text)
    return text


def code_blocks(text: str) -> list[str]:
    """Return what the fenced blocks of ``text`` hold; one left open ends with the text."""
    if "```" not in text and "~~~" not in text:
        return []
    return [match[2] for match in _BLOCK.finditer(text)]


def without_quotes(text: str) -> str:
    """Return ``text`` without what it quotes."""
    if text.isascii() and '"' not in text and "'" not in text:
        return text
    return _QUOTED.sub(" ", text)


def quotes(text: str) -> list[str]:
    """Return what ``text`` quotes, without the marks."""
    return [match[0][1:-1] for match in _QUOTED.finditer(text)]


def split_files(text: str) -> tuple[str, list[str]]:
    """Return what the person wrote, and the text of each file that is quoted behind it.

    A file is a line ``File: name`` above a fenced block, which is how telex sends text files.
    """
    if "File: " not in text:
        return text, []
    said: list[str] = []
    files: list[str] = []
    at = 0
    while (head := _FILE.search(text, at)) is not None:
        end = text.find(f"\n{head[1]}", head.end() - 1)
        if end < 0:
            break
        said.append(text[at : head.start()])
        files.append(text[head.end() : end])
        at = end + 1 + len(head[1])
    return "\n".join([*said, text[at:]]), files

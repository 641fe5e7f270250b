"""Tokens before a provider has counted them.

Tokenisers are not available offline for every model, so tokens are estimated from characters.
The starting ratio is the providers' own rule of thumb, about four characters of English a token
(OpenAI help centre, "What are tokens and how to count them?"); other scripts take more tokens a
character. Each model's ratio is then calibrated with what the provider reports.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from math import ceil

from providers.messages import Attachment, AttachmentKind, ChatRequest

_ASCII_CHARACTERS_PER_TOKEN = 4.0
_OTHER_CHARACTERS_PER_TOKEN = 1.5
_TOKENS_PER_MESSAGE = 4
_TOKENS_PER_IMAGE = 1_600  # of a large one: Anthropic, "Vision", calculate image costs
_SOUND_BYTES_PER_TOKEN = 250
"""32 tokens a second (Gemini API, "Audio understanding") of sound at 64 kbit/s, which speech has
about; less compressed sound is thus overestimated, which is the safe side."""
_EXPECTED_OUTPUT = 300.0
_MEMORY = 0.1  # weight of the newest observation: about the last ten answers count
_MAX_FACTOR = 4.0
_DENSEST = 2.5
"""How many times the estimate dense text (digits, base64, minified code) really takes."""
_TEMPLATE_TOKENS = 512
"""What a provider adds to what is sent, where no more was seen. Chat templates take up to some
hundred tokens: gpt-oss's alone about 70 (openai/harmony), those with reasoning or tools more."""

Key = tuple[str, str]
"""A candidate: provider and model."""


def estimate_text(text: str) -> int:
    """Return the estimated number of tokens of ``text``, before calibration."""
    if text.isascii():
        return ceil(len(text) / _ASCII_CHARACTERS_PER_TOKEN)
    ascii_characters = len(text.encode("ascii", "ignore"))
    other_characters = len(text) - ascii_characters
    return ceil(
        ascii_characters / _ASCII_CHARACTERS_PER_TOKEN
        + other_characters / _OTHER_CHARACTERS_PER_TOKEN
    )


@dataclass(frozen=True, slots=True)
class RequestSize:
    """How large a request is, before calibration. Measured once, used for every candidate.

    Args:
        tokens: estimated input tokens.
        most: input tokens it cannot exceed, short of what templates add: the vocabularies in use
            are byte-level, so that no token is shorter than a byte of UTF-8.
    """

    tokens: int
    most: int


def measure(request: ChatRequest) -> RequestSize:
    """Return how large ``request`` is."""
    texts = [message.content for message in request.messages]
    if request.system:
        texts.append(request.system)
    if request.uses_tools:
        texts += _about_tools(request)
    attached = [each for message in request.messages for each in message.attachments]
    rest = _TOKENS_PER_MESSAGE * len(texts) + sum(map(_attachment_tokens, attached))
    sent = sum(
        len(text) if text.isascii() else len(text.encode(errors="replace")) for text in texts
    )
    return RequestSize(sum(estimate_text(text) for text in texts) + rest, sent + rest)


def _about_tools(request: ChatRequest) -> list[str]:
    """Return what is sent of tools: their schemas, and what was called."""
    told = [f"{t.name} {t.description} {json.dumps(dict(t.parameters))}" for t in request.tools]
    called = [call for message in request.messages for call in message.tool_calls]
    return told + [f"{call.id} {call.name} {call.arguments} {call.signature}" for call in called]


def _attachment_tokens(attachment: Attachment) -> int:
    if attachment.kind is AttachmentKind.AUDIO:
        return ceil(len(attachment.data) / _SOUND_BYTES_PER_TOKEN)
    return _TOKENS_PER_IMAGE


def estimate_request(request: ChatRequest) -> int:
    """Return the estimated input tokens of ``request``, before calibration."""
    return measure(request).tokens


@dataclass(slots=True)
class _Learned:
    factor: float | None = None
    output: float = _EXPECTED_OUTPUT
    densest: float = _DENSEST
    overhead: int = _TEMPLATE_TOKENS


class TokenEstimator:
    """Learns, per candidate, how far the estimate is off and how long answers are.

    The learned input factor is bounded to a quarter and four times the estimate, so that one odd
    report cannot derail predictions. Safe across threads.
    """

    def __init__(self) -> None:
        self._learned: dict[Key, _Learned] = {}
        self._lock = threading.Lock()

    def input_tokens(self, key: Key, raw_estimate: int) -> int:
        """Return ``raw_estimate`` corrected by what this candidate reported before."""
        learned = self._learned.get(key)
        factor = learned.factor if learned else None
        return raw_estimate if factor is None else ceil(raw_estimate * factor)

    def most_input_tokens(self, key: Key, size: RequestSize) -> int:
        """Return what a limit must reckon with: no request of that size was seen to take more.

        It is the densest text there is, or every byte a token where that is less, and in either
        case the largest overhead that this candidate ever added.
        """
        learned = self._learned.get(key) or _Learned()
        dense = ceil(size.tokens * learned.densest)
        return max(min(dense, size.most) + learned.overhead, self.input_tokens(key, size.tokens))

    def output_tokens(self, key: Key) -> int:
        """Return the length in tokens to expect of this candidate's answer."""
        learned = self._learned.get(key)
        return round(learned.output if learned else _EXPECTED_OUTPUT)

    def observe(
        self, key: Key, *, raw_estimate: int, input_tokens: int, output_tokens: int
    ) -> None:
        """Learn from the usage a provider reported for a request estimated before."""
        with self._lock:
            learned = self._learned.setdefault(key, _Learned())
            if raw_estimate > 0 and input_tokens > 0:
                ratio = input_tokens / raw_estimate
                learned.factor = _blend(
                    learned.factor, min(max(ratio, 1 / _MAX_FACTOR), _MAX_FACTOR)
                )
                beyond = input_tokens - ceil(raw_estimate * learned.densest)
                learned.overhead = max(learned.overhead, beyond)
            learned.output = _blend(learned.output, float(output_tokens))


def _blend(old: float | None, new: float) -> float:
    return new if old is None else old + _MEMORY * (new - old)

"""Tokens before a provider has counted them.

Tokenisers are not available offline for every model, so tokens are estimated from characters.
The starting ratio is the providers' own rule of thumb, about four characters of English a token
(OpenAI help centre, "What are tokens and how to count them?"); other scripts take more tokens a
character. Each model's ratio is then calibrated with what the provider reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil

from providers.messages import ChatRequest

_ASCII_CHARACTERS_PER_TOKEN = 4.0
_OTHER_CHARACTERS_PER_TOKEN = 1.5
_TOKENS_PER_MESSAGE = 4
_EXPECTED_OUTPUT = 300.0
_MEMORY = 0.1  # weight of the newest observation: about the last ten answers count
_MAX_FACTOR = 4.0


def estimate_text(text: str) -> int:
    """Return the estimated number of tokens of ``text``, before calibration."""
    if text.isascii():
        return ceil(len(text) / _ASCII_CHARACTERS_PER_TOKEN)
    ascii_characters = sum(character < "\x80" for character in text)
    other_characters = len(text) - ascii_characters
    return ceil(
        ascii_characters / _ASCII_CHARACTERS_PER_TOKEN
        + other_characters / _OTHER_CHARACTERS_PER_TOKEN
    )


def estimate_request(request: ChatRequest) -> int:
    """Return the estimated input tokens of ``request``, before calibration."""
    texts = [message.content for message in request.messages]
    if request.system:
        texts.append(request.system)
    return sum(estimate_text(text) + _TOKENS_PER_MESSAGE for text in texts)


@dataclass(slots=True)
class TokenEstimator:
    """Learns, per candidate, how far the estimate is off and how long answers are.

    Keys are (provider, model). The learned input factor is bounded to a quarter and four
    times the estimate, so that one odd report cannot derail predictions.
    """

    _factor: dict[tuple[str, str], float] = field(default_factory=dict)
    _output: dict[tuple[str, str], float] = field(default_factory=dict)

    def input_tokens(self, key: tuple[str, str], raw_estimate: int) -> int:
        """Return ``raw_estimate`` corrected by what this candidate reported before."""
        return ceil(raw_estimate * self._factor.get(key, 1.0))

    def output_tokens(self, key: tuple[str, str]) -> int:
        """Return the length in tokens to expect of this candidate's answer."""
        return round(self._output.get(key, _EXPECTED_OUTPUT))

    def observe(
        self, key: tuple[str, str], *, raw_estimate: int, input_tokens: int, output_tokens: int
    ) -> None:
        """Learn from the usage a provider reported for a request estimated before."""
        if raw_estimate > 0 and input_tokens > 0:
            seen = min(max(input_tokens / raw_estimate, 1 / _MAX_FACTOR), _MAX_FACTOR)
            self._factor[key] = _blend(self._factor.get(key), seen)
        self._output[key] = _blend(self._output.get(key, _EXPECTED_OUTPUT), float(output_tokens))


def _blend(old: float | None, new: float) -> float:
    return new if old is None else old + _MEMORY * (new - old)

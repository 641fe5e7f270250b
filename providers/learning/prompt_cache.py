"""Which beginning of a conversation a provider probably still has in its prompt cache.

Providers cache prompts by prefix and bill cached input at a fraction. How much of it they really
serve from the cache is learned per candidate from what they report; until one reported something
no discount is predicted, because a wrong discount would misroute.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from providers.learning.estimate import Key, estimate_text
from providers.messages import ChatRequest

LIFETIME = 300.0
"""Seconds a prefix is kept at least: OpenAI says 5 to 10 minutes of inactivity ("Prompt caching"),
Anthropic 5 minutes."""
_PREFIXES = 1_024
_LEAST_TOKENS = 1_024  # OpenAI and Anthropic cache no shorter prompts
_MEMORY = 0.25


class PromptCache:
    """Remembers what was sent to whom. Safe across threads.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._sent: OrderedDict[int, dict[Key, float]] = OrderedDict()
        self._share: dict[Key, float] = {}
        self._lock = threading.Lock()

    def expected(self, request: ChatRequest) -> dict[Key, int]:
        """Return, by candidate, the estimated tokens of the longest prefix that it has seen.

        Candidates that saw none are left out.
        """
        found: dict[Key, int] = {}
        if len(request.messages) < 2 or not self._sent:
            return found
        now = self._clock()
        chain = list(_chain(request))
        with self._lock:
            for prefix, tokens in reversed(chain):
                if tokens < _LEAST_TOKENS:
                    break
                for key, at in self._sent.get(prefix, {}).items():
                    if now - at <= LIFETIME:
                        found.setdefault(key, tokens)
        return found

    def cached_tokens(self, key: Key, prefix_tokens: int) -> int:
        """Return how many tokens of a prefix this candidate will probably bill as cached."""
        return int(prefix_tokens * self._share.get(key, 0.0))

    def sent(self, key: Key, request: ChatRequest) -> None:
        """Note that this candidate has read ``request``."""
        *_, (prefix, tokens) = _chain(request)
        if tokens < _LEAST_TOKENS:
            return
        with self._lock:
            self._sent.setdefault(prefix, {})[key] = self._clock()
            self._sent.move_to_end(prefix)
            while len(self._sent) > _PREFIXES:
                self._sent.popitem(last=False)

    def observe(self, key: Key, *, prefix_tokens: int, cached_tokens: int) -> None:
        """Learn how much of a prefix that was expected to be cached was billed as cached."""
        if prefix_tokens <= 0:
            return
        share = min(1.0, cached_tokens / prefix_tokens)
        with self._lock:
            old = self._share.get(key)
            self._share[key] = share if old is None else old + _MEMORY * (share - old)


def _chain(request: ChatRequest) -> list[tuple[int, int]]:
    """Return (hash, estimated tokens) of the request up to each of its messages.

    Python caches the hash of a string, so that a long conversation is cheap to hash again.
    """
    state = hash(request.system or "")
    tokens = estimate_text(request.system or "")
    chain = [(state, tokens)]
    for message in request.messages:
        state = hash((state, message.role, message.content))
        tokens += estimate_text(message.content)
        chain.append((state, tokens))
    return chain

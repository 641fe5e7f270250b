"""One cell of the fault matrix: a fault at one API, played for real."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from providers import MultiLLMConfig, ProviderFactory
from providers.billing.ledger import SpendLimit, Standing
from providers.billing.memory_ledger import InMemoryLedger
from providers.config import CustomConfig, PriceOverride
from providers.events import RouterEvent
from providers.learning.health import HealthMonitor
from providers.messages import ChatRequest, Message, Role
from providers.routing.backoff import Backoff
from providers.routing.options import RouteOptions
from providers.routing.router_parts import RouterParts
from providers.usage import Usage
from tests.fakeserver import Endpoint, FakeServer, ok, redirect
from tests.routing.conftest import Time
from tests.routing.fault import Fault, Place
from tests.wire.apis import ANTHROPIC, CHAT, CUSTOM, GOOGLE, GROQ, RESPONSES, Api

APIS = (RESPONSES, CHAT, ANTHROPIC, GOOGLE, GROQ, CUSTOM)
WAYS = {"streamed": True, "plain": False}

ANSWER = "the second provider's own words"
SYSTEM = "Be brief."
TURNS = ("What is a fjord?", "A drowned valley.", "And a fjell?")
USAGE = Usage(input_tokens=100, output_tokens=10)
COST = Decimal("0.00012")
"""What ``USAGE`` costs at either provider."""

_PRICE = PriceOverride(Decimal(1), Decimal(2))
_SECOND = {
    RESPONSES: ANTHROPIC,
    CHAT: GOOGLE,
    ANTHROPIC: GROQ,
    GOOGLE: CUSTOM,
    GROQ: CHAT,
    CUSTOM: RESPONSES,
}


@dataclass
class Cell:
    """Two providers, the first of them broken, and what came of one request.

    Args:
        fault: what the first provider does whenever it is asked.
        api: the first provider's.
        streamed: whether a stream is asked for.
        server: where both providers live.
        elsewhere: another host.
    """

    fault: Fault
    api: Api
    streamed: bool
    server: FakeServer
    elsewhere: FakeServer
    time: Time = field(default_factory=Time)
    ledger: InMemoryLedger = field(default_factory=InMemoryLedger)
    events: list[RouterEvent] = field(default_factory=list)
    standing: Standing = field(default_factory=Standing)

    def __post_init__(self) -> None:
        self.parts = RouterParts(
            ledger=self.ledger,
            monitor=HealthMonitor(self.time.clock),
            backoff=Backoff(random=lambda: 1.0),
            sleep=self.time.sleep,
        )

    @property
    def first(self) -> Endpoint:
        """The broken provider."""
        return self.server.endpoint(self.api.endpoint)

    @property
    def second(self) -> Endpoint:
        """The one that is well."""
        return self.server.endpoint(_SECOND[self.api].endpoint)

    async def play(self) -> None:
        """Ask once."""
        reply = self.fault.reply
        if self.fault.place is Place.ELSEWHERE:
            reply = redirect(f"{self.elsewhere.base_url(self.first.name)}/there?key=1")
        self.first.default(replace(reply, usage=USAGE))
        self.second.default(ok(ANSWER, usage=USAGE))
        factory = ProviderFactory(self._config(), find_key=lambda _: None, parts=self.parts)
        roles = (Role.USER, Role.ASSISTANT, Role.USER)
        conversation = [Message(role, text) for role, text in zip(roles, TURNS, strict=True)]
        request = ChatRequest(conversation, system=SYSTEM, streamed=self.streamed)
        stream = factory.router.stream(request, RouteOptions(provider=self.first.name))
        async for event in stream:
            self.events.append(event)
        await factory.aclose()
        everything = SpendLimit("all", Decimal(1), self.parts.today())
        [self.standing] = await self.ledger.standing([everything])

    def _config(self) -> MultiLLMConfig:
        address = {
            Place.REFUSED: self.server.refused_url,
            Place.SILENT: self.server.unresponsive_url,
        }.get(self.fault.place, self.server.base_url)
        first = self.api.config(address(self.first.name), price=_PRICE)
        second = _SECOND[self.api].config(self.server.base_url(self.second.name), price=_PRICE)
        providers: dict[str, Any] = {}
        for config in (first, second):
            if isinstance(config, CustomConfig):
                providers["custom"] = [config]
            else:
                providers[config.name] = config
        return MultiLLMConfig(timeouts=self.fault.patience, max_retries=1, **providers)

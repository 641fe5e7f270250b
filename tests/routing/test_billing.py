"""What a call is booked at when the provider's own word for it cannot be the last."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from providers import CustomConfig, MultiLLMConfig, ProviderFactory
from providers.billing.memory_ledger import InMemoryLedger
from providers.config import PriceOverride
from providers.messages import ChatRequest, Message, Role
from providers.routing.router_parts import RouterParts
from providers.usage import Usage
from tests.fakeserver import FakeServer, ok


@pytest.mark.parametrize("streamed", [True, False])
async def test_an_answer_that_claims_no_output_is_estimated(
    server: FakeServer, streamed: bool
) -> None:
    """Some endpoints report zeros: taken at their word, no limit would ever be reached."""
    server.custom.default(replace(ok("four words of answer"), usage=Usage(0, 0)))
    price = PriceOverride(Decimal(1), Decimal(2))
    config = CustomConfig(name="custom", base_url=server.base_url("custom"), model="m", price=price)
    ledger = InMemoryLedger()
    parts = RouterParts(ledger=ledger)
    factory = ProviderFactory(MultiLLMConfig(custom=[config]), parts=parts)
    request = ChatRequest([Message(Role.USER, "hi")], streamed=streamed)
    async for _ in factory.router.stream(request):
        pass
    await factory.aclose()
    [(_, result)] = ledger.finished
    assert result.usage is not None
    assert result.usage.output_tokens == 5
    assert result.cost_estimated
    assert result.cost

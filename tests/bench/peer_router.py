"""What another router adds to a request; run by an interpreter that has it: ``PEER BASE_URL``.

Stands alone, because that interpreter knows nothing of telex. Prints a JSON object: by kind of call
the milliseconds of wall and CPU time a request, the peer's and the bare SDK's, round by round.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

MODEL = "gpt-5-mini"
REQUESTS = 64
ROUNDS = 5
QUESTION = "Hello?"

Call = Callable[[], Awaitable[int]]


def litellm_router(base_url: str) -> tuple[Call, Call]:
    import litellm  # type: ignore[import-not-found, unused-ignore]

    litellm.suppress_debug_info = True
    # Two entries of their own: the router takes them apart.
    models = [
        {
            "model_name": "m",
            "litellm_params": {"model": f"openai/{MODEL}", "api_base": base_url, "api_key": "k"},
        }
        for _ in range(2)
    ]
    router: Any = litellm.Router(model_list=models, num_retries=0)
    messages = [{"role": "user", "content": QUESTION}]

    async def plain() -> int:
        answer = await router.acompletion(model="m", messages=messages)
        return len(answer.choices[0].message.content)

    async def stream() -> int:
        chunks = await router.acompletion(model="m", messages=messages, stream=True)
        return sum([len(c.choices[0].delta.content or "") async for c in chunks if c.choices])

    return plain, stream


def pydantic_ai_fallback(base_url: str) -> tuple[Call, Call]:
    from pydantic_ai.direct import (  # type: ignore[import-not-found, unused-ignore]
        model_request,
        model_request_stream,
    )
    from pydantic_ai.messages import ModelRequest  # type: ignore[import-not-found, unused-ignore]
    from pydantic_ai.models.fallback import (  # type: ignore[import-not-found, unused-ignore]
        FallbackModel,
    )
    from pydantic_ai.models.openai import (  # type: ignore[import-not-found, unused-ignore]
        OpenAIChatModel,
    )
    from pydantic_ai.providers.openai import (  # type: ignore[import-not-found, unused-ignore]
        OpenAIProvider,
    )

    def one() -> Any:
        return OpenAIChatModel(MODEL, provider=OpenAIProvider(base_url=base_url, api_key="k"))

    model: Any = FallbackModel(one(), one())
    asked = [ModelRequest.user_text_prompt(QUESTION)]

    async def plain() -> int:
        answer = await model_request(model, asked)
        return sum(len(part.content) for part in answer.parts)

    async def stream() -> int:
        async with model_request_stream(model, asked) as events:
            async for _ in events:
                pass
            return sum(len(part.content) for part in events.get().parts)

    return plain, stream


def bare_sdk(base_url: str) -> tuple[Call, Call]:
    from openai import AsyncOpenAI

    sdk: Any = AsyncOpenAI(api_key="k", base_url=base_url, max_retries=0)
    messages = [{"role": "user", "content": QUESTION}]

    async def plain() -> int:
        answer = await sdk.chat.completions.create(model=MODEL, messages=messages)
        return len(answer.choices[0].message.content)

    async def stream() -> int:
        chunks = await sdk.chat.completions.create(
            model=MODEL, messages=messages, stream=True, stream_options={"include_usage": True}
        )
        return sum([len(c.choices[0].delta.content or "") async for c in chunks if c.choices])

    return plain, stream


async def one_round(call: Call, at_once: int) -> tuple[float, float]:
    async def some() -> None:
        for _ in range(REQUESTS // at_once):
            assert await call() > 0

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(some() for _ in range(at_once)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return 1000 * wall / REQUESTS, 1000 * cpu / REQUESTS


async def measure(name: str, base_url: str) -> dict[str, list[list[tuple[float, float]]]]:
    peer = {"litellm": litellm_router, "pydantic-ai": pydantic_ai_fallback}[name](base_url)
    sdk = bare_sdk(base_url)
    found: dict[str, list[list[tuple[float, float]]]] = {}
    for kind, theirs, bare in zip(("plain", "stream"), peer, sdk, strict=True):
        for at_once in (1, 32):
            rounds = [
                [await one_round(theirs, at_once), await one_round(bare, at_once)]
                for _ in range(ROUNDS + 1)
            ]
            found[f"{kind}, {at_once} at once"] = rounds[1:]  # the first opens connections
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], sys.argv[2]))))  # noqa: T201

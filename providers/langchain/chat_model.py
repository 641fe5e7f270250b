"""LangChain's chat model over the factory: what chains, agents and graphs call."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing, closing
from decimal import Decimal
from typing import Any, cast

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LangSmithParams, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import Field, model_validator

from providers.config import Strategy
from providers.factory import ProviderFactory
from providers.langchain.answers import to_ai_message
from providers.langchain.calls import ROUTE, Call, to_call, to_llm
from providers.langchain.growth import GrowingAnswer
from providers.langchain.prompts import to_messages
from providers.langchain.tools import Choice, to_choice, to_openai_tools, to_specs
from providers.learning.estimate import estimate_request, estimate_text
from providers.messages import ChatRequest
from providers.reply import Reply, usage_metadata
from providers.usage import Usage


class ChatTelex(BaseChatModel):
    """A ``ProviderFactory`` as a chat model of LangChain: routed, with fallback, metered.

    Each of the arguments but ``factory`` can also be given for one call, or bound:
    ``model.invoke("...", temperature=0)``, ``model.bind(provider="groq")``. A call without
    ``async`` runs in the factory's own event loop, so that it works inside a running one too.

    Errors are the library's own, unchanged: ``AllProvidersFailed`` lists every attempt; a stream
    that breaks after text was given raises ``StreamInterrupted``, because LangChain cannot take
    text back and no other model's answer is spliced onto it. Before the first text the next
    provider takes over, and ``response_metadata["attempts"]`` says so. ``disable_streaming=True``
    has the whole answer come at once, so that the next one can always take over.

    Args:
        factory: whose providers answer. It stays the caller's, who closes it.
        strategy: how to pick; None is the configured one.
        provider: whom to ask first, whatever the strategy.
        model: which of its models.
        unit: what keeps its arm under ``experiment``; None is the thread of a LangGraph graph where
            there is one.
        temperature: sampling temperature; None leaves the configured one.
        max_tokens: ceiling for generated tokens; None leaves the configured one.

    Raises:
        ConfigError: no such provider, or no such model of it, is configured.
    """

    # Neither written nor shown: what it holds are keys.
    factory: ProviderFactory = Field(exclude=True, repr=False)
    strategy: Strategy | None = None
    provider: str | None = None
    model: str | None = None
    unit: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None

    @model_validator(mode="after")
    def _check_names(self) -> ChatTelex:
        to_llm(self.factory, self._wishes, {})
        return self

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: Choice = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return this model with tools that it may ask for. Who calls it runs them.

        Providers and models that take no tools are passed over.

        Args:
            tools: functions, pydantic models, tools of LangChain or schemas.
            tool_choice: ``auto``, ``none``, ``any`` or ``required`` (some call), or a tool's name.
            kwargs: bound as well.

        Raises:
            ValueError: a tool's name does not fit, it is a provider's own, or ``tool_choice`` names
                none of them.
        """
        formed = to_openai_tools(tools)
        choice = to_choice(tool_choice)
        # Refused here rather than at the first call. Two of one name may be bound, as LangChain's
        # own tests do, but not sent.
        distinct = {spec.name: spec for spec in to_specs(formed)}
        ChatRequest((), tools=tuple(distinct.values()), tool_choice=choice)
        bound = {"tools": formed, **({} if choice is None else {"tool_choice": choice})}
        return self.bind(**bound, **kwargs)

    def get_num_tokens(self, text: str) -> int:
        """Return the estimated tokens of ``text``: vocabularies are not at hand offline."""
        return estimate_text(text)

    def get_num_tokens_from_messages(
        self, messages: list[BaseMessage], tools: Sequence[Any] | None = None
    ) -> int:
        """Return the estimated tokens of a conversation, attachments and tools included."""
        return estimate_request(ChatRequest(to_messages(messages), tools=to_specs(tools or ())))

    @property
    def _llm_type(self) -> str:
        return "telex"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        """What distinguishes this model from others, for logs and LangChain's caches."""
        config = self.factory.config
        models = [f"{each.name}/{v.model}" for each in config for v in each.variants()]
        return {
            **self._wishes,
            "strategy": (self.strategy or config.routing_strategy).value,
            "models": models,
        }

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        """What traces say of a call before anybody knows which model answers it."""
        params = super()._get_ls_params(stop=stop, **kwargs)
        params["ls_provider"] = self._llm_type
        if "ls_model_name" not in params:
            llm = to_llm(self.factory, self._wishes, kwargs)
            params["ls_model_name"] = llm.model or llm.name
        return params

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002  # LangChain's own
        **kwargs: Any,
    ) -> ChatResult:
        call = self._call(messages, kwargs)
        if not stop:
            return _result(call.llm.invoke(call.messages, **call.settings))
        answer = self._growing(stop, restarts=True)
        events = call.llm.events(call.messages, **call.settings)
        with closing(cast("Generator[Any]", events)):
            for event in events:
                list(answer.take(event))
                if answer.reply is not None:
                    break
        return _result(answer.reply)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002  # LangChain's own
        **kwargs: Any,
    ) -> ChatResult:
        call = self._call(messages, kwargs)
        if not stop:
            return _result(await call.llm.ainvoke(call.messages, **call.settings))
        answer = self._growing(stop, restarts=True)
        events = call.llm.aevents(call.messages, **call.settings)
        async with aclosing(cast("AsyncGenerator[Any]", events)):
            async for event in events:
                list(answer.take(event))
                if answer.reply is not None:
                    break
        return _result(answer.reply)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        call = self._call(messages, kwargs, restarts=False)
        answer = self._growing(stop or (), restarts=False)
        events = call.llm.events(call.messages, **call.settings)
        with closing(cast("Generator[Any]", events)):
            for event in events:
                for message in answer.take(event):
                    chunk = ChatGenerationChunk(message=message)
                    if run_manager:
                        run_manager.on_llm_new_token(str(message.text), chunk=chunk)
                    yield chunk
                if answer.reply is not None:
                    break

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        call = self._call(messages, kwargs, restarts=False)
        answer = self._growing(stop or (), restarts=False)
        events = call.llm.aevents(call.messages, **call.settings)
        async with aclosing(cast("AsyncGenerator[Any]", events)):
            async for event in events:
                for message in answer.take(event):
                    chunk = ChatGenerationChunk(message=message)
                    if run_manager:
                        await run_manager.on_llm_new_token(str(message.text), chunk=chunk)
                    yield chunk
                if answer.reply is not None:
                    break

    def _call(
        self, messages: Sequence[BaseMessage], given: dict[str, Any], *, restarts: bool = True
    ) -> Call:
        return to_call(self.factory, self._wishes, given, messages, restarts=restarts)

    @property
    def _wishes(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*ROUTE, "temperature", "max_tokens")}

    def _growing(self, stops: Sequence[str], *, restarts: bool) -> GrowingAnswer:
        clock = self.factory.parts.clock
        return GrowingAnswer(stops, restarts=restarts, price=self._price, clock=clock)

    def _price(self, provider: str, model: str, usage: Usage) -> Decimal | None:
        return self.factory.get_request_cost(provider, usage_metadata(usage), model=model)


def _result(reply: Reply | None) -> ChatResult:
    assert reply is not None  # without an answer the router raises
    return ChatResult(generations=[ChatGeneration(message=to_ai_message(reply))])

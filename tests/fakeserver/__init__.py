"""A loopback server that speaks the providers' wire formats, honestly or broken on request.

Real HTTP on a real socket, in a thread of its own, so that synchronous tests, asynchronous tests
and other processes can all talk to it::

    with FakeServer() as server:
        server.openai.reply(status(503), ok("hello"))   # a queue: first a 503, then an answer
        server.groq.default(ok("always this"))          # what to say when the queue is empty
        server.anthropic.reply(cut("one two three", after=2), model="claude-x")
        config = OpenAIConfig(api_key="k", base_url=server.base_url("openai"))
        ...
        assert server.openai.requests[0].body["model"] == config.model
        assert server.openai.requests[0].wait_disconnected(1.0)

Endpoints: ``openai`` (Responses and Chat Completions), ``anthropic``, ``google``, ``groq``,
``custom``, and ``server.endpoint("any name")`` for more OpenAI-compatible ones. Each has

- ``reply(*behaviours, model=None)``: appends to the queue, of one model or of all;
- ``default(behaviour, model=None)``: used when the queue is empty (at first ``ok("Hello!")``);
- ``models``: the names its model listing gives; ``listing``: a behaviour that replaces it;
- ``requests``: every ``RecordedRequest`` so far, listings included (``chats`` leaves them out);
  its ``billed`` is the usage that the answer told;
- ``wait_for(count)``: blocks until that many chat requests have come.

A request that asks for no stream gets the same answers and faults in one JSON body: ``cut`` and
``stall`` stop in its middle, ``drip`` never gets beyond blanks.

What was asked besides text is there in one form for all the APIs: a request's ``tools``,
``tool_choice``, ``calls``, ``results`` and ``media``.

A behaviour is a ``Reply`` or a function from ``RecordedRequest`` to one. Build them with ``ok``,
``tool_calls``,
``status``, ``reset``, ``hang``, ``hang_first_token``, ``cut``, ``stall``, ``no_finish``,
``error_event``, ``garbage``, ``html``, ``empty``, ``redirect``, ``drip``, ``gigantic`` and ``raw``;
vary them with ``dataclasses.replace`` (``chunk_size=1`` for one-byte chunks, ``crlf=True``,
``first_delay=0.5``, ``delay=0.01``; all times in seconds, ``delay`` before each token).

``server.environment()`` gives the SDKs' base-URL variables and dummy keys.
``server.refused_url(name)`` is a base URL whose port nobody listens on,
``server.unresponsive_url(name)`` one whose connections never get established.

Standalone, for scripts and screenshots: ``python -m tests.fakeserver --port 0 --rate 40``
(see ``--help``).
"""

from tests.fakeserver.endpoint import Behaviour, Endpoint, RecordedRequest
from tests.fakeserver.markdown import markdown_answer
from tests.fakeserver.replies import (
    Fault,
    Reply,
    cut,
    drip,
    empty,
    error_event,
    garbage,
    gigantic,
    hang,
    hang_first_token,
    html,
    no_finish,
    ok,
    raw,
    redirect,
    reset,
    stall,
    status,
    tool_calls,
)
from tests.fakeserver.server import FakeServer

__all__ = [
    "Behaviour",
    "Endpoint",
    "FakeServer",
    "Fault",
    "RecordedRequest",
    "Reply",
    "cut",
    "drip",
    "empty",
    "error_event",
    "garbage",
    "gigantic",
    "hang",
    "hang_first_token",
    "html",
    "markdown_answer",
    "no_finish",
    "ok",
    "raw",
    "redirect",
    "reset",
    "stall",
    "status",
    "tool_calls",
]

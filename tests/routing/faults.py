"""Everything a provider can do wrong: the rows of the fault matrix.

The first of two providers does it to every call; the second is well. One retry is allowed.
"""

from __future__ import annotations

import json
from dataclasses import replace

from providers.config import Timeouts
from providers.events import FinishKind
from tests.fakeserver import (
    Reply,
    cut,
    drip,
    empty,
    error_event,
    garbage,
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
)
from tests.routing.fault import PATIENT, Bill, Fault, Gate, Outcome, Place

LONGEST = 8_000_000
"""Characters of an answer, beyond which it counts as broken."""

_SHOWN = "one two"  # of "one two three four", after two tokens
_BLANKS = 70_000_000

_AUTH = Outcome("auth", gate=Gate.PROVIDER, cooldown=60)
_NO_MODEL = Outcome("model_not_found", counted=False, gate=Gate.MODEL, cooldown=600)
_TOO_LONG = Outcome("context_length", counted=False)
_LIMITED = Outcome("rate_limit", 429, gate=Gate.MODEL, cooldown=15)
_QUOTA = Outcome("quota", 429, gate=Gate.PROVIDER, cooldown=60)
_DOWN = Outcome("unavailable", calls=2)
_LATE = Outcome("timeout", bill=Bill.ESTIMATED)
_BROKEN = Outcome("stream_interrupted", bill=Bill.ESTIMATED, calls=2)
_BROKEN_WITH_TEXT = replace(_BROKEN, calls=1, partial=_SHOWN)
_DECLINED = Outcome("refused", bill=Bill.KNOWN, counted=False)
_ANSWERED = Outcome(None, bill=Bill.KNOWN)

_IMPATIENT = Timeouts(connect=5, first_token=0.5, idle=0.5, total=5, plain=0.5)
_SHORT_OF_TIME = replace(PATIENT, total=0.55)  # one word of a drip that brings one every 0.3 s


def _both(name: str, reply: Reply, outcome: Outcome) -> Fault:
    """Return a row that is the same for streams and for answers at once."""
    return Fault(name, reply, outcome, outcome)


def _status(code: int, outcome: Outcome, name: str = "") -> Fault:
    return _both(name or str(code), status(code), replace(outcome, status=code))


def _limited(retry_after: str, **more: float) -> Fault:
    reply = status(429, headers={"retry-after": retry_after})
    outcome = replace(_LIMITED, cooldown=float(retry_after), **more)  # type: ignore[arg-type]
    return _both(f"429, come back in {retry_after} s", reply, outcome)


def _json(code: int, body: object) -> Reply:
    return status(code, body=json.dumps(body).encode())


def _context() -> Fault:
    said = replace(_TOO_LONG, status=400)
    openai = status(
        400,
        "Your input exceeds the context window of this model.",
        error_code="context_length_exceeded",
    )
    local = "This model's maximum context length is 4096 tokens."
    gemini = "The input token count (9) exceeds the maximum number of tokens allowed (4)."
    groq = status(413, "Request too large for model", error_code="rate_limit_exceeded")
    row = _both("400, context too long", openai, said)
    return replace(
        row,
        own={
            "custom": row.says(_json(400, {"object": "error", "message": local}), said),
            "anthropic": row.says(status(400, "prompt is too long: 9 tokens > 4 maximum"), said),
            "google": row.says(status(400, gemini), said),
            "groq": row.says(groq, replace(said, status=413)),
        },
    )


def _quota() -> Fault:
    openai = status(429, "You exceeded your current quota.", error_code="insufficient_quota")
    deepseek = _json(402, {"error": {"message": "Insufficient Balance", "code": "invalid_request"}})
    anthropic = "Your credit balance is too low to access the Anthropic API."
    # Gemini speaks of a quota whatever ran out; it also says when to come back.
    wait = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "48.5s"}
    exhausted = {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [wait]}
    gemini = {**exhausted, "message": "You exceeded your current quota."}
    daily = "Rate limit reached on tokens per day (TPD). Please try again in 7m12s."
    groq = status(429, daily, error_code="rate_limit_exceeded")
    row = _both("quota used up", openai, _QUOTA)
    return replace(
        row,
        own={
            "custom": row.says(deepseek, replace(_QUOTA, status=402)),
            "anthropic": row.says(status(400, anthropic), replace(_QUOTA, status=400)),
            "google": row.says(_json(429, {"error": gemini}), replace(_LIMITED, cooldown=48.5)),
            "groq": row.says(groq, replace(_LIMITED, cooldown=432)),
        },
    )


def _no_reason() -> Fault:
    # At once, the usage is there all the same, for those who look.
    told = replace(_BROKEN_WITH_TEXT, bill=Bill.KNOWN)
    row = Fault("clean end, no reason", no_finish(), _BROKEN_WITH_TEXT, told)
    untold = replace(row, plain=_BROKEN_WITH_TEXT)
    return replace(row, own={"responses": untold})


def _error_inside() -> Fault:
    shown = Outcome("unavailable", bill=Bill.ESTIMATED, partial=_SHOWN)
    row = Fault("200, an error in it", error_event("Overloaded"), shown, _DOWN)
    # Gemini says which status it would have been.
    gemini = replace(row, streamed=replace(shown, status=503), plain=replace(_DOWN, status=503))
    return replace(row, own={"google": gemini})


def _refusal() -> Fault:
    said = ok("", refusal="I cannot.", finish=FinishKind.REFUSAL)
    # Groq has no word for it: its models refuse in the text of an answer.
    return replace(_both("refusal", said, _DECLINED), own={"groq": None})


_REFUSED_CONNECTION = replace(_both("connection refused", ok(), _DOWN), place=Place.REFUSED)
_NO_CONNECTION = replace(
    _both("no connection", ok(), Outcome("timeout")),
    place=Place.SILENT,
    patience=replace(PATIENT, connect=0.3),
)
_HANGS = replace(_both("hang before headers", hang(), _LATE), patience=_IMPATIENT, hangs_up=True)
_FILTERED = replace(_DECLINED, partial=_SHOWN)
_CUT_SHORT = Outcome("truncated", bill=Bill.KNOWN, partial=_SHOWN, counted=False)
_REDIRECTED = Outcome("bad_request", 307, counted=False)

FAULTS: tuple[Fault, ...] = (
    _status(400, Outcome("bad_request", counted=False)),
    _context(),
    _status(401, _AUTH),
    _status(403, _AUTH),
    _status(404, _NO_MODEL, "404, no such model"),
    _status(413, _TOO_LONG),
    _limited("1", calls=2, wait=1.0),
    _limited("38"),
    _status(429, _LIMITED, "429, no word when"),
    _quota(),
    _status(500, _DOWN),
    _both("502, a web page", status(502, body=b"<h1>bad</h1>"), replace(_DOWN, status=502)),
    _status(503, _DOWN),
    _status(529, _DOWN),
    _REFUSED_CONNECTION,
    _NO_CONNECTION,
    _both("reset before headers", reset(), _DOWN),
    _HANGS,
    replace(_HANGS, name="hang after headers", reply=hang_first_token()),
    Fault("cut after text", cut(), _BROKEN_WITH_TEXT, _BROKEN),
    Fault(
        "stall after text",
        stall(),
        replace(_LATE, partial=_SHOWN),
        _LATE,
        patience=_IMPATIENT,
        hangs_up=True,
    ),
    _no_reason(),
    _both("200, empty", empty(), _BROKEN),
    _both("200, a web page", html(), _BROKEN),
    _both("200, garbage", garbage(), _BROKEN),
    _both("200, no text in it", ok(""), Outcome("empty", calls=2, bill=Bill.KNOWN)),
    _error_inside(),
    _both("one-byte chunks", replace(ok("three 🚦 words"), chunk_size=1), _ANSWERED),
    replace(_both("redirect", redirect(""), _REDIRECTED), place=Place.ELSEWHERE),
    Fault(
        "endless answer",
        Reply(text="x" * 65_536, token_size=65_536, endless=True),
        replace(_BROKEN, calls=1, partial="x" * LONGEST),
        None,
        hangs_up=True,
    ),
    Fault("gigantic body", raw(b" " * _BLANKS, content_type="application/json"), None, _BROKEN),
    Fault(
        "slow drip",
        drip(delay=0.3),
        replace(_LATE, partial="drip"),
        _LATE,
        patience=_SHORT_OF_TIME,
        hangs_up=True,
    ),
    _refusal(),
    _both("content filter", ok(_SHOWN, finish=FinishKind.CONTENT_FILTER), _FILTERED),
    _both("truncated", ok(_SHOWN, finish=FinishKind.LENGTH), _CUT_SHORT),
)

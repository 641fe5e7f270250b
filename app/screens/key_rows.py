"""The lines of the keys screen: a row for each provider, and what is said below about one."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from textual.content import Content

from app.key_check import KeyReport, Verdict
from app.key_places import KeyPlace
from providers.config import Kind
from providers.sanitise import sanitise_line
from storage.keys import KeySource
from widgets.one_line import fit

ASKING = "asking …"
_NAME = 14
_LABEL = 10
_ORIGIN, _SHORT_ORIGIN = 42, 27
_WIDE = 96  # cells from which origin and verdict stand in columns
_QUIET = "$foreground 60%"

_WHERE_KEYS_ARE_MADE = {
    Kind.OPENAI: "platform.openai.com/api-keys",
    Kind.ANTHROPIC: "console.anthropic.com/settings/keys",
    Kind.GOOGLE: "aistudio.google.com/apikey",
    Kind.GROQ: "console.groq.com/keys",
}


def key_row(place: KeyPlace, report: KeyReport | None, *, asking: bool, width: int) -> Content:
    """Return a provider's line.

    Args:
        place: where its key comes from.
        report: what the last test said, None before there was one.
        asking: whether it is being asked now.
        width: cells.
    """
    there = place.source is not None
    mark = ("● ", "$text-success") if there else ("○ ", "$foreground 45%")
    words = place.origin
    if width < _WIDE and place.source is KeySource.ENVIRONMENT:
        words = f"from {place.held}"
    if not place.enabled:
        words = f"off · {words}"
    origin = fit(words, _ORIGIN if width >= _WIDE else _SHORT_ORIGIN)
    said, style = (ASKING, _QUIET) if asking else _verdict_in_short(report, place)
    if not said and place.hints:
        said, style = "? looks odd, see below", "$text-warning"
    return Content.assemble(
        mark, (fit(place.provider, _NAME), "bold"), (origin, _QUIET), (said, style)
    )


def status_words(place: KeyPlace, report: KeyReport) -> tuple[str, bool]:
    """Return what a test came to, in a sentence, and whether that is trouble."""
    name, said = place.provider, sanitise_line(report.words)
    match report.verdict:
        case Verdict.ACCEPTED if place.source is None:
            return f"✓ {name} wants no key and lists {report.models} models", False
        case Verdict.ACCEPTED:
            return f"✓ {name} accepts the key and lists {report.models} models", False
        case Verdict.REJECTED:
            return f"✗ {name} rejects the key: {said}", True
        case Verdict.SILENT:
            return f"✗ {name} did not answer: {said}", True
        case _:
            return f"? {name} answered something else: {said}", True


def key_detail(
    place: KeyPlace, report: KeyReport | None, keyring_words: str, width: int
) -> Content:
    """Return what is known of one provider, and what to do next.

    Args:
        place: where its key comes from.
        report: what the last test said.
        keyring_words: what is wrong with the keyring, empty while it works.
        width: cells.
    """
    lines = [
        _fact("asked at", place.address, width),
        _fact("key", _origin_words(place), width),
    ]
    if report is not None:
        lines.append(_fact("answer", _answer_words(report), width, _style_of(report)))
    lines += [
        _fact("note", each, width, "$text-warning") for each in (*place.hints, *place.unusable)
    ]
    lines.append(_fact("next", _advice(place, report, keyring_words), width))
    return Content("\n").join(lines)


def _verdict_in_short(report: KeyReport | None, place: KeyPlace) -> tuple[str, str]:
    if report is None:
        return "", ""
    word = {
        Verdict.ACCEPTED: "accepts" if place.source else "answers",
        Verdict.REJECTED: "rejects the key",
        Verdict.SILENT: "did not answer",
        Verdict.TROUBLE: "answers oddly",
    }[report.verdict]
    count = f", {_models(report.models)}" if report.verdict is Verdict.ACCEPTED else ""
    words = f"{_MARKS[report.verdict]} {word}{count}, {report.seconds:.1f} s"
    return words, _style_of(report)


_MARKS = {
    Verdict.ACCEPTED: "✓",
    Verdict.REJECTED: "✗",
    Verdict.SILENT: "?",
    Verdict.TROUBLE: "?",
}


def _style_of(report: KeyReport) -> str:
    return {
        Verdict.ACCEPTED: "$text-success",
        Verdict.REJECTED: "$text-error",
        Verdict.SILENT: "$text-warning",
        Verdict.TROUBLE: "$text-warning",
    }[report.verdict]


def _models(count: int) -> str:
    return f"{count} model{'' if count == 1 else 's'}"


def _fact(label: str, words: str, width: int, style: str = "") -> Content:
    """Return words beside their label, on as many lines as they need."""
    lines = textwrap.wrap(sanitise_line(words), max(20, width - _LABEL)) or [""]
    body = ("\n" + " " * _LABEL).join(lines)
    return Content.assemble((f"{label:<{_LABEL}}", "$foreground 50%"), (body, style))


def _origin_words(place: KeyPlace) -> str:
    match place.source:
        case KeySource.ENVIRONMENT:
            return f"from the environment variable {place.held}, not the keyring"
        case KeySource.KEYRING if place.held:
            return f"from the keyring; the one in {place.held} is not looked at"
        case KeySource.KEYRING:
            return "from the keyring"
        case KeySource.THIS_RUN:
            return "given in this run; it is gone when telex ends"
        case _:
            return f"none: not in the keyring, nor in {' or '.join(place.variables)}"


def _answer_words(report: KeyReport) -> str:
    when = f"{report.at:%H:%M}, after {report.seconds:.1f} s"
    if report.verdict is Verdict.ACCEPTED:
        return f"{_models(report.models)} ({when})"
    status = f"HTTP {report.status}, " if report.status is not None else ""
    return f"“{report.words}” ({status}{when})"


def _advice(place: KeyPlace, report: KeyReport | None, keyring_words: str) -> str:
    if not place.enabled:
        return "It is off and never asked: e turns it on."
    if report is not None:
        match report.verdict:
            case Verdict.ACCEPTED:
                return "m shows its models with their prices and picks the one to ask."
            case Verdict.REJECTED:
                return _after_rejection(place, report, keyring_words)
            case Verdict.SILENT:
                return (
                    "The key was not judged. Check the network, a proxy, and the address above"
                    f" (base_url of [providers.{place.provider}]); t asks again."
                )
            case _:
                return _after_trouble(place, report)
    if place.source is None:
        made = _WHERE_KEYS_ARE_MADE.get(place.config.kind)
        where = f" Keys are made at {made}." if made else ""
        needed = "" if place.config.needs_key else " It may need none: t finds out."
        return f"enter adds a key.{where}{needed}{_with_keyring(keyring_words)}"
    if place.source is KeySource.ENVIRONMENT:
        return "t asks whether it is accepted; i takes it into the keyring, for good."
    return "t asks whether it is accepted; enter replaces it, d deletes it."


def _after_rejection(place: KeyPlace, report: KeyReport, keyring_words: str) -> str:
    made = _WHERE_KEYS_ARE_MADE.get(place.config.kind)
    fresh = f" A new one is made at {made}." if made else ""
    if report.status == 403:
        fresh = " It may be known, but not allowed to do this: look at its rights there." + fresh
    if place.source is None:
        return f"It wants a key: enter adds one.{fresh}{_with_keyring(keyring_words)}"
    if place.source is KeySource.ENVIRONMENT:
        return (
            f"enter puts another one into the keyring, which comes first; or correct {place.held}"
            f" where it is set (your shell's profile) and start telex again.{fresh}"
            f"{_with_keyring(keyring_words)}"
        )
    hidden = f" d deletes it, and {place.held} is used." if place.held else ""
    return f"enter replaces it.{hidden}{fresh}"


def _after_trouble(place: KeyPlace, report: KeyReport) -> str:
    if report.status in (402, 429):
        return "Its account has a limit or no credit left; the key itself may be fine."
    return (
        "Is the address above that of its API? It is base_url of"
        f" [providers.{place.provider}]; often it has to end in /v1. t asks again."
    )


def _with_keyring(words: str) -> str:
    return f" {words}" if words else ""


def import_words(places: Sequence[KeyPlace]) -> str:
    """Return the question before keys are taken out of the environment."""
    names = ", ".join(f"{each.held} ({each.provider})" for each in places)
    return f"Keep these in the keyring? {names}"

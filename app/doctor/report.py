"""The findings as lines that can be read here and pasted elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from textwrap import wrap

from app.doctor.finding import Finding, State, count, summary
from app.doctor.patient import Patient, shorten
from app.masked_address import mask_addresses
from providers.adapters.redaction import redact
from providers.sanitise import sanitise_line

MARKS = {State.OK: "✓", State.WARNING: "!", State.PROBLEM: "✗"}
"""A sign for each state; the word stands beside it wherever something is to be done."""
_INDENT = 18


def report_text(findings: Sequence[Finding], patient: Patient, *, width: int) -> str:
    """Return the report, at most ``width`` columns wide where words allow it."""
    lines: list[str] = []
    for finding in findings:
        lines += finding_lines(clean(finding, patient), width)
    return "\n".join((*lines, "", summary(findings)))


def report_json(findings: Sequence[Finding], patient: Patient) -> str:
    """Return the report as one JSON object."""
    counts = {state.value: number for state, number in count(findings).items()}
    checks = [asdict(clean(finding, patient)) for finding in findings]
    return json.dumps({"counts": counts, "checks": checks})


def finding_lines(finding: Finding, width: int) -> list[str]:
    """Return what one check found, and below it what to do."""
    head = f"{MARKS[finding.state]} {finding.subject:<{_INDENT - 3}} "
    word = "" if finding.state is State.OK else f"{finding.state.value}: "
    room = max(30, width - _INDENT)
    said = wrap(f"{word}{finding.found}", room, break_on_hyphens=False) or [""]
    lines = [f"{head}{said[0]}", *(f"{'':{_INDENT}}{line}" for line in said[1:])]
    if finding.advice:
        first, *rest = wrap(finding.advice, room - 2, break_on_hyphens=False)
        lines.append(f"{'':{_INDENT}}→ {first}")
        lines += [f"{'':{_INDENT}}  {line}" for line in rest]
    return lines


def clean(finding: Finding, patient: Patient) -> Finding:
    """Return a finding that can be shown to anybody: one line each, no keys, home as ``~``."""
    texts = (finding.subject, finding.found, finding.advice)
    secrets = [key for key in patient.keys.keys().values() if key and len(key) >= 8]
    subject, found, advice = (_clean(text, secrets, patient) for text in texts)
    return Finding(subject, finding.state, found, advice)


def _clean(text: str, secrets: Sequence[str], patient: Patient) -> str:
    for secret in secrets:
        text = text.replace(secret, "[key]")
    text = redact(mask_addresses(text), None)
    return sanitise_line(shorten(text, patient.environment))

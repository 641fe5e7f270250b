"""``telex doctor``: checks everything telex needs, and says what to do."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys

from app.doctor.examine import examine
from app.doctor.finding import State
from app.doctor.patient import admit
from app.doctor.report import report_json, report_text
from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED

_WIDEST = 100


def doctor(arguments: argparse.Namespace) -> int:
    """Run ``telex doctor``; exit code 1 when something is broken."""
    seen = shutil.get_terminal_size()
    size = tuple(seen) if sys.stdout.isatty() else None
    patient = admit(os.environ, size=(size[0], size[1]) if size else None)
    # Every key is read here, once: the checks ask side by side.
    patient.keys.keys()
    findings = asyncio.run(examine(patient))
    if arguments.json:
        sys.stdout.write(f"{report_json(findings, patient)}\n")
    else:
        text = report_text(findings, patient, width=min(_WIDEST, seen.columns))
        # A terminal that is no UTF-8 must still be told so.
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(f"{text.encode(encoding, 'replace').decode(encoding)}\n")
    broken = any(finding.state is State.PROBLEM for finding in findings)
    return EXIT_FAILED if broken else EXIT_ANSWERED

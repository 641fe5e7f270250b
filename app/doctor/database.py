"""The ledger and the room on its disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from app.doctor.finding import Finding, fine, problem, warning
from app.doctor.patient import Patient
from storage.database_check import look_at_database
from storage.errors import DatabaseError

_LITTLE = 200_000_000  # bytes
_LARGE_WAL = 64_000_000


def check_database(patient: Patient) -> Sequence[Finding]:
    """Return whether the ledger is whole and can be written, and how much room it has."""
    path = patient.paths.database
    where = patient.short(path)
    found = [*_folder(patient)]
    if not path.exists():
        return [*found, fine("Database", f"{where}: none yet, the first start makes it")]
    try:
        facts = look_at_database(path)
    except DatabaseError as error:
        said, _, advice = patient.short(str(error)).partition("; ")
        advice = advice or "restore a backup, or set TELEX_DATA_DIR to another folder"
        return [*found, problem("Database", said, advice)]
    size = f"{facts.bytes / 1e6:.1f} MB"
    if not os.access(path, os.W_OK):
        advice = "change its permissions: nothing can be asked without it"
        return [*found, problem("Database", f"{where} cannot be written", advice)]
    said = f"{where}: whole, {size}, schema {facts.schema}, {facts.journal.upper()}"
    found.append(fine("Database", f"{said}, {facts.exchanges:,} exchanges"))
    if facts.pending:
        found.append(fine("Database", f"{facts.pending} steps behind; the next start brings it up"))
    if facts.locked:
        advice = "another telex may be writing; if none runs, restart the machine"
        found.append(warning("Database", "it is locked just now", advice))
    if facts.wal_bytes > _LARGE_WAL:
        words = f"its log (-wal) has {facts.wal_bytes / 1e6:.0f} MB"
        found.append(warning("Database", words, "end every telex: the last one folds it in"))
    return found


def _folder(patient: Patient) -> Sequence[Finding]:
    folder = patient.paths.data_folder
    where = patient.short(folder)
    if not folder.exists():
        return [fine("Data folder", f"{where}: none yet")]
    if not os.access(folder, os.W_OK | os.X_OK):
        advice = "change its permissions, or set TELEX_DATA_DIR to another folder"
        return [problem("Data folder", f"{where} cannot be written", advice)]
    free = shutil.disk_usage(folder).free
    if free < _LITTLE:
        return [warning("Disk", f"{free / 1e6:.0f} MB free under {where}", "make room there")]
    return [fine("Data folder", f"{where}, {free / 1e9:.1f} GB free")]

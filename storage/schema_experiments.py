"""What step 0010 adds: who takes part in which experiment as what, and what is left of it.

A released step is never edited, see ``storage.schema``.
"""

from __future__ import annotations

from sqlite_utils import Database

_SQL = """
    -- Whether the answer was asked for beside another one, to compare them.
    ALTER TABLE exchanges ADD COLUMN beside INTEGER NOT NULL DEFAULT 0 CHECK (beside IN (0, 1));

    -- A conversation stays with its arm, whatever becomes of the arms' weights. conversation_id is
    -- NULL when it was deleted: its results stay.
    CREATE TABLE experiments (
        id INTEGER PRIMARY KEY,
        experiment TEXT NOT NULL,
        conversation_id INTEGER REFERENCES conversations (id) ON DELETE SET NULL,
        arm TEXT NOT NULL,
        assigned_at TEXT NOT NULL,
        UNIQUE (experiment, conversation_id)
    ) STRICT;
    CREATE INDEX experiments_conversation ON experiments (conversation_id);

    -- What is left of answers that were deleted: numbers, and not a word.
    CREATE TABLE experiment_results (
        id INTEGER PRIMARY KEY,
        assignment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
        arm TEXT NOT NULL,
        provider TEXT NOT NULL,
        outcome TEXT NOT NULL,
        response_ms INTEGER,
        time_to_first_token_ms INTEGER,
        cost_nanos INTEGER,
        quality REAL,
        rating REAL,
        cached INTEGER NOT NULL CHECK (cached IN (0, 1)),
        started_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX experiment_results_assignment ON experiment_results (assignment_id);
"""


def upgrade(db: Database) -> None:
    """Apply the step."""
    db.executescript(_SQL)

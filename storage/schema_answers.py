"""What step 0008 adds: what is known of an answer besides its text, and the cache of answers.

A released step is never edited, see ``storage.schema``.
"""

from __future__ import annotations

from sqlite_utils import Database

_SQL = """
    -- The kind of task, as far as it was recognised.
    ALTER TABLE exchanges ADD COLUMN task TEXT;
    ALTER TABLE exchanges ADD COLUMN quality REAL CHECK (quality BETWEEN 0 AND 1);
    ALTER TABLE exchanges ADD COLUMN quality_signals TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE exchanges ADD COLUMN experiment TEXT;
    ALTER TABLE exchanges ADD COLUMN arm TEXT;
    -- Whether the strategy tried somebody it did not think the best.
    ALTER TABLE exchanges ADD COLUMN explored INTEGER NOT NULL DEFAULT 0
        CHECK (explored IN (0, 1));
    -- Whether the answer came from the cache, and what it had cost the first time.
    ALTER TABLE exchanges ADD COLUMN cached INTEGER NOT NULL DEFAULT 0 CHECK (cached IN (0, 1));
    ALTER TABLE exchanges ADD COLUMN saved_nanos INTEGER;
    CREATE INDEX exchanges_experiment ON exchanges (experiment, arm)
        WHERE experiment IS NOT NULL;

    -- Whether answers of this conversation may be kept for others, and taken from them.
    ALTER TABLE conversations ADD COLUMN cache INTEGER NOT NULL DEFAULT 1
        CHECK (cache IN (0, 1));

    -- No copy of the words: an entry points to where they were said, and goes with them.
    CREATE TABLE cache (
        key TEXT PRIMARY KEY,
        exchange_id INTEGER NOT NULL REFERENCES exchanges (id) ON DELETE CASCADE,
        hits INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        used_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX cache_exchange ON cache (exchange_id);
    CREATE INDEX cache_used ON cache (used_at);
"""


def upgrade(db: Database) -> None:
    """Apply the step."""
    db.executescript(_SQL)

"""What step 0009 adds: the log of alerts.

A released step is never edited, see ``storage.schema``.
"""

from __future__ import annotations

from sqlite_utils import Database

_SQL = """
    -- provider is '' where an alert is about all of them together. The rule's own words are kept,
    -- because the configuration may say something else by the time somebody reads this.
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY,
        rule TEXT NOT NULL,
        provider TEXT NOT NULL DEFAULT '',
        severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
        condition TEXT NOT NULL,
        value TEXT NOT NULL DEFAULT '',
        fired_at TEXT NOT NULL,
        cleared_at TEXT,
        UNIQUE (rule, provider, fired_at)
    ) STRICT;
    -- Several processes watch one database: an alert is on once.
    CREATE UNIQUE INDEX alerts_on ON alerts (rule, provider) WHERE cleared_at IS NULL;
    CREATE INDEX alerts_fired ON alerts (fired_at);
"""


def upgrade(db: Database) -> None:
    """Apply the step."""
    db.executescript(_SQL)

"""The tables, as append-only migrations: a step that was released is never edited.

Times are UTC text, money is integer nano-dollars, durations are milliseconds. Column names follow
the OpenTelemetry GenAI conventions where those have a word.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from storage import schema_alerts, schema_answers, schema_experiments, schema_trees

APPLICATION_ID = 0x74656C78  # "telx"

migrations = Migrations("telex")


def known_migrations() -> list[str]:
    """Return the names of the steps this version can apply, in order."""
    return [step.name for step in migrations.pending(Database(memory=True))]


@migrations(name="0001_conversations")
def _conversations(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE conversations (
            id INTEGER PRIMARY KEY,
            title TEXT NOT NULL,
            draft TEXT NOT NULL DEFAULT '',
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX conversations_updated ON conversations (updated_at);

        -- A tree: editing a question or asking again adds a sibling and loses nothing.
        -- No cascades here: SQLite limits their depth to 1,000 and a chat may be longer.
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY,
            conversation_id INTEGER NOT NULL REFERENCES conversations (id),
            parent_id INTEGER REFERENCES messages (id),
            role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
            content TEXT NOT NULL DEFAULT '',
            -- What the person typed to the byte, where content cannot hold it (lone surrogates).
            content_exact BLOB,
            reasoning TEXT NOT NULL DEFAULT '',
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX messages_conversation ON messages (conversation_id);
        CREATE INDEX messages_parent ON messages (parent_id);
        """
    )


@migrations(name="0002_exchanges")
def _exchanges(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE exchanges (
            id INTEGER PRIMARY KEY,
            conversation_id INTEGER NOT NULL REFERENCES conversations (id),
            user_message_id INTEGER NOT NULL REFERENCES messages (id),
            answer_message_id INTEGER NOT NULL UNIQUE REFERENCES messages (id),
            strategy TEXT NOT NULL,
            provider TEXT,
            model TEXT,
            reason TEXT NOT NULL DEFAULT '',
            candidates TEXT NOT NULL DEFAULT '[]',
            state TEXT NOT NULL CHECK (state IN
                ('pending', 'streaming', 'complete', 'stopped', 'interrupted', 'failed')),
            predicted_cost_nanos INTEGER,
            cost_nanos INTEGER,
            cost_estimated INTEGER NOT NULL DEFAULT 0 CHECK (cost_estimated IN (0, 1)),
            latency_ms INTEGER,
            time_to_first_token_ms INTEGER,
            finish_reason TEXT,
            error_type TEXT,
            error_message TEXT,
            holder TEXT NOT NULL,
            started_at TEXT NOT NULL,
            finished_at TEXT
        ) STRICT;
        CREATE INDEX exchanges_conversation ON exchanges (conversation_id);
        CREATE INDEX exchanges_user_message ON exchanges (user_message_id);
        CREATE INDEX exchanges_unfinished ON exchanges (state)
            WHERE state IN ('pending', 'streaming');
        """
    )


@migrations(name="0003_attempts")
def _attempts(db: Database) -> None:
    db.executescript(
        """
        -- exchange_id is NULL for calls outside a conversation, or when it was deleted: what was
        -- spent stays spent.
        CREATE TABLE attempts (
            id INTEGER PRIMARY KEY,
            exchange_id INTEGER REFERENCES exchanges (id) ON DELETE SET NULL,
            position INTEGER NOT NULL,
            provider TEXT NOT NULL,
            request_model TEXT NOT NULL,
            response_model TEXT,
            outcome TEXT NOT NULL CHECK (outcome IN
                ('started', 'ok', 'failed', 'cancelled', 'abandoned')),
            error_type TEXT,
            http_status INTEGER,
            error_message TEXT,
            retry_after_s REAL,
            finish_reason TEXT,
            day TEXT NOT NULL,
            started_at TEXT NOT NULL,
            latency_ms INTEGER,
            time_to_first_token_ms INTEGER,
            input_tokens INTEGER,
            output_tokens INTEGER,
            cached_tokens INTEGER,
            cache_write_tokens INTEGER,
            reasoning_tokens INTEGER,
            usage_estimated INTEGER NOT NULL DEFAULT 0 CHECK (usage_estimated IN (0, 1)),
            predicted_cost_nanos INTEGER,
            cost_nanos INTEGER,
            cost_estimated INTEGER NOT NULL DEFAULT 0 CHECK (cost_estimated IN (0, 1)),
            partial_text TEXT NOT NULL DEFAULT '',
            partial_reasoning TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX attempts_exchange ON attempts (exchange_id);
        CREATE INDEX attempts_spent ON attempts (provider, day, cost_nanos);
        CREATE INDEX attempts_started ON attempts (started_at);

        -- One row per call under way. amount_nanos is 0 when the price is unknown.
        CREATE TABLE reservations (
            id INTEGER PRIMARY KEY,
            attempt_id INTEGER NOT NULL UNIQUE REFERENCES attempts (id) ON DELETE CASCADE,
            provider TEXT NOT NULL,
            day TEXT NOT NULL,
            amount_nanos INTEGER NOT NULL CHECK (amount_nanos >= 0),
            created_at TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            holder TEXT NOT NULL
        ) STRICT;
        CREATE INDEX reservations_open ON reservations (provider, day);
        """
    )


@migrations(name="0004_search")
def _search(db: Database) -> None:
    # An external-content index holds no second copy of the text; triggers keep it in step.
    db.executescript(
        """
        CREATE VIRTUAL TABLE messages_fts USING fts5 (
            content, content = 'messages', content_rowid = 'id',
            tokenize = 'unicode61 remove_diacritics 2'
        );
        CREATE TRIGGER messages_fts_insert AFTER INSERT ON messages BEGIN
            INSERT INTO messages_fts (rowid, content) VALUES (new.id, new.content);
        END;
        CREATE TRIGGER messages_fts_delete AFTER DELETE ON messages BEGIN
            INSERT INTO messages_fts (messages_fts, rowid, content)
                VALUES ('delete', old.id, old.content);
        END;
        CREATE TRIGGER messages_fts_update AFTER UPDATE OF content ON messages
        WHEN new.content IS NOT old.content BEGIN
            INSERT INTO messages_fts (messages_fts, rowid, content)
                VALUES ('delete', old.id, old.content);
            INSERT INTO messages_fts (rowid, content) VALUES (new.id, new.content);
        END;
        """
    )


@migrations(name="0005_standings")
def _standings(db: Database) -> None:
    # Limits are checked before every call: sums kept by triggers answer from a few rows, however
    # many attempts there are, and cannot drift from them, whichever version of telex writes.
    db.executescript(
        """
        ALTER TABLE attempts ADD COLUMN hedge INTEGER NOT NULL DEFAULT 0 CHECK (hedge IN (0, 1));
        ALTER TABLE attempts ADD COLUMN predicted_latency_ms INTEGER;
        ALTER TABLE reservations ADD COLUMN hedge INTEGER NOT NULL DEFAULT 0
            CHECK (hedge IN (0, 1));

        DROP INDEX attempts_spent;
        DROP INDEX reservations_open;
        CREATE INDEX attempts_model ON attempts (provider, request_model);

        CREATE TABLE standings (
            day TEXT NOT NULL,
            provider TEXT NOT NULL,
            hedge INTEGER NOT NULL,
            spent_nanos INTEGER NOT NULL DEFAULT 0,
            reserved_nanos INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (day, provider, hedge)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO standings (day, provider, hedge, spent_nanos, reserved_nanos)
            SELECT day, provider, hedge, sum(spent), sum(reserved) FROM (
                SELECT day, provider, hedge, cost_nanos AS spent, 0 AS reserved FROM attempts
                    WHERE cost_nanos IS NOT NULL
                UNION ALL
                SELECT day, provider, hedge, 0, amount_nanos FROM reservations
            ) GROUP BY day, provider, hedge;

        CREATE TRIGGER standings_recorded AFTER INSERT ON attempts
        WHEN new.cost_nanos IS NOT NULL BEGIN
            INSERT INTO standings (day, provider, hedge, spent_nanos)
                VALUES (new.day, new.provider, new.hedge, new.cost_nanos)
                ON CONFLICT DO UPDATE SET spent_nanos = spent_nanos + excluded.spent_nanos;
        END;
        CREATE TRIGGER standings_settled AFTER UPDATE OF cost_nanos ON attempts
        WHEN new.cost_nanos IS NOT old.cost_nanos BEGIN
            INSERT INTO standings (day, provider, hedge, spent_nanos)
                VALUES (new.day, new.provider, new.hedge,
                    coalesce(new.cost_nanos, 0) - coalesce(old.cost_nanos, 0))
                ON CONFLICT DO UPDATE SET spent_nanos = spent_nanos + excluded.spent_nanos;
        END;
        CREATE TRIGGER standings_reserved AFTER INSERT ON reservations
        WHEN new.amount_nanos > 0 BEGIN
            INSERT INTO standings (day, provider, hedge, reserved_nanos)
                VALUES (new.day, new.provider, new.hedge, new.amount_nanos)
                ON CONFLICT DO UPDATE SET
                    reserved_nanos = reserved_nanos + excluded.reserved_nanos;
        END;
        CREATE TRIGGER standings_released AFTER DELETE ON reservations
        WHEN old.amount_nanos > 0 BEGIN
            UPDATE standings SET reserved_nanos = reserved_nanos - old.amount_nanos
                WHERE day = old.day AND provider = old.provider AND hedge = old.hedge;
        END;
        """
    )


@migrations(name="0006_ratings")
def _ratings(db: Database) -> None:
    db.executescript(
        """
        -- exchange_id is NULL when the conversation was deleted: what was learnt about a model
        -- stays. One rating an exchange; NULLs are no duplicates of each other.
        CREATE TABLE ratings (
            id INTEGER PRIMARY KEY,
            exchange_id INTEGER UNIQUE REFERENCES exchanges (id) ON DELETE SET NULL,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
            word TEXT NOT NULL DEFAULT '',
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX ratings_model ON ratings (provider, model);
        """
    )


migrations(name="0007_trees")(schema_trees.upgrade)
migrations(name="0008_answers")(schema_answers.upgrade)
migrations(name="0009_alerts")(schema_alerts.upgrade)
migrations(name="0010_experiments")(schema_experiments.upgrade)

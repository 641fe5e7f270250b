"""What step 0007 adds: wishes, tags, the trash, attachments, preferences and budgets.

A released step is never edited, see ``storage.schema``.
"""

from __future__ import annotations

from sqlite_utils import Database

from storage.conversations import title_from

_SQL = """
    ALTER TABLE conversations ADD COLUMN titled_by TEXT NOT NULL DEFAULT 'question'
        CHECK (titled_by IN ('question', 'model', 'person'));
    ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0
        CHECK (pinned IN (0, 1));
    ALTER TABLE conversations ADD COLUMN archived INTEGER NOT NULL DEFAULT 0
        CHECK (archived IN (0, 1));
    -- What the conversation asks for; NULL is what the app uses.
    ALTER TABLE conversations ADD COLUMN strategy TEXT;
    ALTER TABLE conversations ADD COLUMN provider TEXT;
    ALTER TABLE conversations ADD COLUMN model TEXT;
    ALTER TABLE conversations ADD COLUMN persona TEXT;
    ALTER TABLE conversations ADD COLUMN budget_nanos INTEGER CHECK (budget_nanos >= 0);
    -- The path through this message is the current one; NULL follows the newest message.
    ALTER TABLE conversations ADD COLUMN current_message_id INTEGER
        REFERENCES messages (id) ON DELETE SET NULL;
    ALTER TABLE conversations ADD COLUMN trashed_at TEXT;
    -- What exchanges cost that are no longer there.
    ALTER TABLE conversations ADD COLUMN purged_cost_nanos INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE conversations ADD COLUMN purged_unknown_costs INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX conversations_current ON conversations (current_message_id);
    CREATE INDEX conversations_listed ON conversations (archived, pinned, updated_at)
        WHERE trashed_at IS NULL;
    CREATE INDEX conversations_trashed ON conversations (trashed_at)
        WHERE trashed_at IS NOT NULL;

    -- folded is the tag without case, which SQLite knows for ASCII alone.
    CREATE TABLE tags (
        conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        folded TEXT NOT NULL,
        tag TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (conversation_id, folded)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tags_folded ON tags (folded);

    -- One deletion of a message and what was below it. An id is never used twice, so that whoever
    -- keeps one to restore it cannot restore another.
    CREATE TABLE deletions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        -- The end of the current path, when the deletion took it; restoring puts it back.
        current_message_id INTEGER,
        deleted_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX deletions_conversation ON deletions (conversation_id);
    CREATE INDEX deletions_message ON deletions (message_id);

    -- Apart from messages, whose rows are long: most of the time this is empty. With a message
    -- everything below it is in here too, by the same deletion or an earlier one.
    CREATE TABLE trashed_messages (
        message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
        deletion_id INTEGER NOT NULL REFERENCES deletions (id) ON DELETE CASCADE
    ) STRICT;
    CREATE INDEX trashed_messages_deletion ON trashed_messages (deletion_id);

    CREATE TABLE attachments (
        id INTEGER PRIMARY KEY,
        message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        media_type TEXT NOT NULL,
        name TEXT NOT NULL,
        size INTEGER NOT NULL,
        data BLOB NOT NULL
    ) STRICT;
    CREATE INDEX attachments_message ON attachments (message_id);

    -- What a comparison taught outlives the answers compared.
    CREATE TABLE preferences (
        id INTEGER PRIMARY KEY,
        better_exchange_id INTEGER REFERENCES exchanges (id) ON DELETE SET NULL,
        worse_exchange_id INTEGER REFERENCES exchanges (id) ON DELETE SET NULL,
        better_provider TEXT NOT NULL,
        better_model TEXT NOT NULL,
        worse_provider TEXT NOT NULL,
        worse_model TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX preferences_better ON preferences (better_exchange_id);
    CREATE INDEX preferences_worse ON preferences (worse_exchange_id);

    -- A budget is checked before every call: like standings, sums kept by triggers. They keep what
    -- was spent on messages that were deleted since.
    CREATE TABLE conversation_standings (
        conversation_id INTEGER PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
        spent_nanos INTEGER NOT NULL DEFAULT 0,
        reserved_nanos INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    INSERT INTO conversation_standings (conversation_id, spent_nanos, reserved_nanos)
        SELECT e.conversation_id, coalesce(sum(a.cost_nanos), 0),
            coalesce(sum(r.amount_nanos), 0)
        FROM exchanges e JOIN attempts a ON a.exchange_id = e.id
        LEFT JOIN reservations r ON r.attempt_id = a.id
        GROUP BY e.conversation_id;

    CREATE TRIGGER conversation_standings_recorded AFTER INSERT ON attempts
    WHEN new.cost_nanos IS NOT NULL AND new.exchange_id IS NOT NULL BEGIN
        INSERT INTO conversation_standings (conversation_id, spent_nanos)
            SELECT conversation_id, new.cost_nanos FROM exchanges WHERE id = new.exchange_id
            ON CONFLICT DO UPDATE SET spent_nanos = spent_nanos + excluded.spent_nanos;
    END;
    CREATE TRIGGER conversation_standings_settled AFTER UPDATE OF cost_nanos ON attempts
    WHEN new.cost_nanos IS NOT old.cost_nanos AND new.exchange_id IS NOT NULL BEGIN
        INSERT INTO conversation_standings (conversation_id, spent_nanos)
            SELECT conversation_id, coalesce(new.cost_nanos, 0) - coalesce(old.cost_nanos, 0)
            FROM exchanges WHERE id = new.exchange_id
            ON CONFLICT DO UPDATE SET spent_nanos = spent_nanos + excluded.spent_nanos;
    END;
    CREATE TRIGGER conversation_standings_reserved AFTER INSERT ON reservations
    WHEN new.amount_nanos > 0 BEGIN
        INSERT INTO conversation_standings (conversation_id, reserved_nanos)
            SELECT e.conversation_id, new.amount_nanos
            FROM attempts a JOIN exchanges e ON e.id = a.exchange_id WHERE a.id = new.attempt_id
            ON CONFLICT DO UPDATE SET reserved_nanos = reserved_nanos + excluded.reserved_nanos;
    END;
    CREATE TRIGGER conversation_standings_released AFTER DELETE ON reservations
    WHEN old.amount_nanos > 0 BEGIN
        UPDATE conversation_standings SET reserved_nanos = reserved_nanos - old.amount_nanos
            WHERE conversation_id = (SELECT e.conversation_id FROM attempts a
                JOIN exchanges e ON e.id = a.exchange_id WHERE a.id = old.attempt_id);
    END;
"""


def upgrade(db: Database) -> None:
    """Apply the step. Titles that no question explains were given by the person."""
    db.executescript(_SQL)
    titled = db.execute("SELECT id, title FROM conversations WHERE title != ''").fetchall()
    for conversation_id, title in titled:
        questions = db.execute(
            "SELECT content FROM messages WHERE conversation_id = ? AND parent_id IS NULL"
            " AND role = 'user'",
            [conversation_id],
        )
        if all(title_from(question) != title for [question] in questions):
            db.execute(
                "UPDATE conversations SET titled_by = 'person' WHERE id = ?", [conversation_id]
            )

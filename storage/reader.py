"""The ledger's read side: plain blocking queries, from any thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from providers.experiments.experiment import Arm, Experiment
from providers.experiments.observation import Answer
from providers.messages import Attachment
from storage import (
    alert_calls,
    alert_log,
    asked,
    attachments,
    experiment_results,
    history,
    outcomes,
    preferences,
    qualities,
    ratings,
    recall,
    search,
    spending,
    transcript,
)
from storage.alert_calls import FinishedCalls
from storage.alert_log import AlertEntry
from storage.asked import Asked
from storage.conversation_filter import ConversationFilter
from storage.outcomes import OutcomeRow
from storage.preferences import Preference
from storage.qualities import ModelScores
from storage.ratings import ModelRatings
from storage.reader_stats import StatsReader
from storage.rows import ConversationRow, MessageRow, Rating, SearchHit, Settled
from storage.spending import AttemptSample

_ANY = ConversationFilter()


class Reader(StatsReader):
    """Queries over the ledger's file. Each thread gets its own connection.

    Sees everything that was committed before the call, by this process or another. Wrap calls
    in ``asyncio.to_thread`` where a screen waits.

    Args:
        path: a database that ``SqliteLedger`` has opened before.

    Raises:
        DatabaseError: every method raises it when the file cannot be read.
    """

    def list_conversations(
        self,
        limit: int = 50,
        offset: int = 0,
        *,
        archived: bool | None = False,
        tag: str | None = None,
        like: ConversationFilter = _ANY,
    ) -> Sequence[ConversationRow]:
        """Return conversations, pinned ones first, then the one written to last.

        Args:
            limit: how many at most; -1 is all.
            offset: how many to leave out before.
            archived: the archived ones instead of the others; None takes both.
            tag: only those with this tag, in upper or lower case.
            like: only those that meet it, where it says more.
        """
        wanted = replace(
            like,
            archived=archived if like.archived is None else like.archived,
            tags=like.tags if tag is None else (*like.tags, tag),
        )
        with self._translated():
            return history.list_conversations(self._db(), wanted, limit=limit, offset=offset)

    def count_conversations(self, like: ConversationFilter = _ANY) -> int:
        """Return how many conversations there are like this; those in the trash do not count."""
        with self._translated():
            return history.count(self._db(), like)

    def tags(self) -> Sequence[tuple[str, int]]:
        """Return every tag, most used first, and how many conversations have it.

        Archived conversations count, those in the trash do not.
        """
        with self._translated():
            return history.tags(self._db())

    def conversation(self, conversation_id: int) -> ConversationRow | None:
        """Return one conversation, None when there is none or it is in the trash."""
        with self._translated():
            return history.conversation(self._db(), conversation_id)

    def load_messages(
        self, conversation_id: int, *, through: int | None = None
    ) -> Sequence[MessageRow]:
        """Return one path through the tree, root first, with how each answer came about.

        Nothing that is in the trash is on it.

        Args:
            conversation_id: the conversation.
            through: a message the path passes; it goes on to that message's newest descendant.
                None is the conversation's current path.
        """
        with self._translated():
            return transcript.load(self._db(), conversation_id, through=through)

    def load_attachments(self, message_ids: Sequence[int]) -> Mapping[int, tuple[Attachment, ...]]:
        """Return what is attached to each of some messages, bytes included.

        Messages without attachments, and those in the trash, are not in the answer.
        """
        with self._translated():
            return attachments.load(self._db(), message_ids)

    def recent_prompts(self, limit: int = 200) -> Sequence[str]:
        """Return what the person asked in any conversation, newest first, each text once.

        The texts are exact, so sanitise them when painting. What is in the trash, or has no word
        in it, is left out.
        """
        with self._translated():
            return recall.recent_prompts(self._db(), limit=limit)

    def exchange_cost(self, exchange_id: int) -> Settled:
        """Return what an exchange has cost so far.

        Raises:
            NotFound: there is no such exchange.
        """
        with self._translated():
            return transcript.exchange_cost(self._db(), exchange_id)

    def search(
        self, text: str, limit: int = 50, *, among: ConversationFilter | None = None
    ) -> Sequence[SearchHit]:
        """Return messages that hold every word of ``text``, best match first.

        What is in the trash is not found. Any text is safe; the last word may be the beginning of
        one. Where no words match, the text is looked for as it stands, which finds code and
        languages without spaces.

        Args:
            text: what to look for.
            limit: how many messages at most.
            among: only messages of such conversations.
        """
        with self._translated():
            return search.search(self._db(), text, limit=limit, among=among)

    def provider_history(
        self, provider: str, model: str | None = None, limit: int = 100
    ) -> Sequence[AttemptSample]:
        """Return the most recent finished attempts, oldest first, to learn from."""
        with self._translated():
            return spending.provider_history(self._db(), provider, model, limit)

    def finished_calls(self, since: datetime) -> FinishedCalls:
        """Return the calls that ended from ``since`` on, for alerts."""
        with self._translated():
            return alert_calls.finished_calls(self._db(), since=since)

    def alert_log(self, limit: int = 200) -> Sequence[AlertEntry]:
        """Return the newest alerts that fired, newest first."""
        with self._translated():
            return alert_log.log(self._db(), limit)

    def alerts_still_on(self) -> Sequence[AlertEntry]:
        """Return the alerts that are on, as far as the log knows, oldest first."""
        with self._translated():
            return alert_log.still_on(self._db())

    def ratings_by_model(self) -> Sequence[ModelRatings]:
        """Return how the person rated each model, in all conversations, deleted ones included."""
        with self._translated():
            return ratings.ratings_by_model(self._db())

    def scores_by_model(self) -> Sequence[ModelScores]:
        """Return how good the recent answers of each model looked, by kind of task."""
        with self._translated():
            return qualities.scores_by_model(self._db())

    def outcomes(
        self, since: datetime | None, now: datetime, *, conversation_id: int | None = None
    ) -> Sequence[OutcomeRow]:
        """Return what became of every answer, oldest first; see ``storage.outcomes``."""
        with self._translated():
            return outcomes.outcomes(self._db(), since, now, conversation_id=conversation_id)

    def arm_of(self, experiment: Experiment, conversation_id: int) -> Arm | None:
        """Return the arm a conversation has; None while it has none, or one that is gone."""
        with self._translated():
            return experiment_results.arm_of(self._db(), experiment, conversation_id)

    def experiment_answers(self, experiment: str, now: datetime) -> Sequence[Answer]:
        """Return the answers of an experiment, oldest first, deleted ones included."""
        with self._translated():
            return experiment_results.answers(self._db(), experiment, now)

    def experiments(self) -> Sequence[str]:
        """Return the names of all experiments that anything took part in, newest first."""
        with self._translated():
            return experiment_results.names(self._db())

    def asked(self, limit: int) -> Sequence[Asked]:
        """Return the newest questions that somebody was chosen for, oldest first."""
        with self._translated():
            return asked.asked(self._db(), limit)

    def tries_cost(self, since: datetime) -> Decimal:
        """Return the US dollars that tries since an instant were expected to cost."""
        with self._translated():
            return asked.tries_cost(self._db(), since)

    def rating_of(self, exchange_id: int) -> Rating | None:
        """Return the current rating of an exchange, None without one."""
        with self._translated():
            return ratings.rating_of(self._db(), exchange_id)

    def preferences(self) -> Sequence[Preference]:
        """Return every side-by-side comparison, oldest first, deleted conversations included."""
        with self._translated():
            return preferences.preferences(self._db())

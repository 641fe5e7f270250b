"""The section on what answers were worth: savings, kept answers, ratings and experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.account_text import account_lines
from app.experiment_text import difference_lines, summary
from app.periods import BEGINNING
from app.stats_book import Book, Page, percent
from storage.call_filter import CallFilter
from storage.listed import AnswerFilter, AnswerKind
from widgets.figure_list import Figure, FigureGroup
from widgets.provider_marks import marks

if TYPE_CHECKING:
    from app.exchange_lists import ExchangeFilter
    from app.stats_figures import Figures
    from providers.experiments.results import ExperimentResults


def worth_page(figures: Figures) -> Page:
    """Return what routing saved, and what became of the answers."""
    book = Book()
    groups = [_routing(book, figures), _kept(book, figures), _ratings(book, figures)]
    if figures.experiment is not None:
        groups.append(_experiment(book, figures.experiment))
    return Page(groups, book.pages)


def _routing(book: Book, figures: Figures) -> FigureGroup:
    # What is behind a line; predictions are judged in memory, over runs and models.
    behind: dict[str, ExchangeFilter] = {
        "routing": CallFilter(figures.since, counted=True),
        "backups": CallFilter(figures.since, hedge=True, counted=True),
        "cache": AnswerFilter(AnswerKind.REPLAYED, figures.since),
    }
    lines, label = [], ""
    for head, words in account_lines(figures.account, ()):
        label = head or label
        wanted = behind.get(label)
        opens = None if wanted is None else book.opens(wanted, f"{label}: {words}")
        lines.append(Figure(head, note=words, opens=opens))
    empty = "Nothing was saved or lost yet: there is nothing to compare"
    return FigureGroup("what routing was worth", (), tuple(lines), empty)


def _kept(book: Book, figures: Figures) -> FigureGroup:
    known = marks(row.provider for row in figures.kept)
    lines = []
    for row in figures.kept:
        wanted = AnswerFilter(AnswerKind.JUDGED, figures.since, row.provider, row.model)
        name = f"{row.provider} · {row.model}"
        lines.append(
            Figure(
                name,
                (percent(row.kept / row.judged), f"{row.kept:,}", f"{row.judged:,}"),
                share=row.kept / row.judged,
                mark=known[row.provider],
                opens=book.opens(wanted, f"{name} · kept"),
            )
        )
    empty = "None yet: an answer is kept when you go on from it, or leave it for an hour"
    return FigureGroup("kept answers", ("share", "kept", "of"), tuple(lines), empty)


def _ratings(book: Book, figures: Figures) -> FigureGroup:
    known = marks(row.provider for row in figures.ratings)
    lines = []
    for row in figures.ratings:
        wanted = AnswerFilter(AnswerKind.RATED, figures.since, row.provider, row.model)
        name = f"{row.provider} · {row.model}"
        facts = (f"{row.mean:.2f}", f"{row.count:,}", f"▲ {row.good:,}", f"▼ {row.bad:,}")
        lines.append(
            Figure(
                name,
                facts,
                share=row.mean,
                mark=known[row.provider],
                opens=book.opens(wanted, f"{name} · ratings"),
            )
        )
    empty = "None yet: + and - on an answer rate it, and so does /rate good"
    return FigureGroup("ratings", ("mean", "ratings", "good", "bad"), tuple(lines), empty)


def _experiment(book: Book, results: ExperimentResults) -> FigureGroup:
    lines = []
    for arm in results.arms:
        wanted = AnswerFilter(AnswerKind.ARM, BEGINNING, experiment=results.name, arm=arm.name)
        facts = (f"{arm.answers:,}", f"{arm.conversations:,}")
        opens = book.opens(wanted, f"{results.name} · {arm.name}")
        lines.append(Figure(arm.name, facts, opens=opens))
    notes = [Figure(label, note=words) for label, words in difference_lines(results)]
    return FigureGroup(f"experiment {summary(results)}", ("answers", "chats"), (*lines, *notes))

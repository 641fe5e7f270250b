"""What can be done with one message of the conversation in view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.outlook import look_ahead
from app.rating import rate_exchange
from app.refusals import CannotDo
from app.screens.asking import Wanted
from app.screens.choose import Choice, ChooseScreen
from app.screens.copying import Copying
from app.screens.message_menu import choices_for
from app.views import rating_text
from providers.config import Strategy
from providers.messages import Role
from providers.routing.options import RouteOptions
from storage.rows import MessageRow
from widgets.message_commands import MessageCommand

if TYPE_CHECKING:
    from app.screens.chat_actions import ChatActions
    from app.screens.crew import Crew
    from storage.rows import ExchangeRow

CONTINUE = "Go on exactly where you stopped. Repeat nothing."
"""What is asked to have an answer that was cut off continued."""
_GOOD, _BAD = 1.0, 0.0


class MessageActions:
    """Commands on a message; each says what came of it.

    Args:
        crew: those who do the chat's work.
        actions: opens the find bar.
    """

    def __init__(self, crew: Crew, actions: ChatActions) -> None:
        self._crew = crew
        self._actions = actions
        self._copying = Copying(crew.desk, crew.places)

    async def run(self, command: MessageCommand, key: str | None, number: int = 0) -> None:
        """Do ``command``.

        Args:
            command: what to do.
            key: the message, None takes the newest.
            number: which of its code blocks, for COPY_CODE.

        Raises:
            TelexError: it cannot be done; nothing is lost.
        """
        match command:
            case MessageCommand.LEAVE:
                self._crew.desk.composer.focus()
            case MessageCommand.FIND:
                self._actions.open_find()
            case MessageCommand.UNDO:
                await self._crew.trash.undo()
            case MessageCommand.COPY_CHAT:
                await self._copying.conversation()
            case MessageCommand.COPY_SELECTION:
                await self._copying.selection()
            case _:
                await self._on_message(command, await self._message(key), number)

    async def _on_message(self, command: MessageCommand, message: MessageRow, number: int) -> None:
        match command:
            case MessageCommand.MENU:
                self._menu(message)
            case MessageCommand.COPY:
                await self._copying.message(message)
            case MessageCommand.COPY_CODE:
                await self._copying.code(message, number or 1)
            case MessageCommand.EDIT:
                await self.edit(message)
            case MessageCommand.AGAIN:
                await self.again(message)
            case MessageCommand.AGAIN_WITH:
                self._again_with(message)
            case MessageCommand.CONTINUE:
                await self.go_on(message)
            case MessageCommand.OLDER | MessageCommand.NEWER:
                await self._sibling(message, -1 if command is MessageCommand.OLDER else 1)
            case MessageCommand.RATE_UP | MessageCommand.RATE_DOWN:
                self._rate(message, _GOOD if command is MessageCommand.RATE_UP else _BAD)
            case MessageCommand.DELETE:
                await self._crew.trash.message(message.id)
            case MessageCommand.EXPLAIN | MessageCommand.INSPECT:
                self._look_into(command, message)
            case _:
                raise AssertionError(f"{command} concerns no message")

    async def _message(self, key: str | None) -> MessageRow:
        path = await self._crew.places.path()
        found = [row for row in path if key in (None, str(row.id))]
        if not found:
            raise CannotDo("There is no message yet. Ask something first.")
        return found[-1]

    async def _question_of(self, message: MessageRow) -> MessageRow:
        """Return the question that ``message`` is, or answers."""
        if message.role is Role.USER:
            return message
        path = await self._crew.places.path()
        found = next((row for row in path if row.id == message.parent_id), None)
        if found is None:
            raise CannotDo("Its question is no longer there.")
        return found

    async def copy_newest(self) -> None:
        """Copy the newest answer."""
        await self._copying.newest()

    # Branches

    async def edit(self, message: MessageRow) -> None:
        """Put a question back into the composer; sending it makes a branch of its own."""
        question = await self._question_of(message)
        self._crew.writing.edit(question.id, question.content)

    async def again(self, message: MessageRow, options: RouteOptions | None = None) -> None:
        """Ask for another answer to the same question."""
        question = await self._question_of(message)
        self._crew.asking.ask(Wanted(question.content, options=options, again=question.id))

    async def again_newest(self, options: RouteOptions | None) -> None:
        """Ask for another answer to the newest question.

        Args:
            options: who should answer; None takes the route in force.
        """
        await self.again(await self._message(None), options)

    async def go_on(self, message: MessageRow) -> None:
        """Have the newest answer continued, in a message of its own: nothing is spliced."""
        path = await self._crew.places.path()
        if message.id != path[-1].id or message.role is Role.USER:
            raise CannotDo("Only the newest answer can be continued. G goes there.")
        self._crew.asking.ask(Wanted(CONTINUE))

    def _again_with(self, message: MessageRow) -> None:
        choices: list[Choice[Strategy | None]] = [
            Choice(None, "as routed now", "r", self._crew.desk.telex.route.label),
            Choice(Strategy.COST, "the cheapest", "c"),
            Choice(Strategy.LATENCY, "the fastest", "f"),
            Choice(Strategy.QUALITY, "the best", "b"),
            Choice(Strategy.MANUAL, "a provider and model you name ...", "n"),
        ]

        async def chosen(choice: Choice[Strategy | None] | None) -> None:
            if choice is None:
                return
            strategy = choice.value
            if strategy is Strategy.MANUAL:
                await self._again_named(message)
            else:
                options = None if strategy is None else RouteOptions(strategy=strategy)
                await self.again(message, options)

        self._crew.desk.app.push_screen(
            ChooseScreen("Who should answer again?", choices), self._crew.desk.carefully(chosen)
        )

    async def _again_named(self, message: MessageRow) -> None:
        from app.screens.pick_provider import PickProviderScreen

        crew = self._crew
        runtime = await crew.desk.telex.runtime()
        question = await self._question_of(message)
        request = await crew.draft.request_of(question)
        outlook = await look_ahead(runtime.factory.router, request, crew.desk.telex.route.options)

        async def picked(who: tuple[str, str] | None) -> None:
            if who is not None:
                options = RouteOptions(strategy=Strategy.MANUAL, provider=who[0], model=who[1])
                await self.again(message, options)

        crew.desk.app.push_screen(PickProviderScreen(outlook), crew.desk.carefully(picked))

    async def _sibling(self, message: MessageRow, step: int) -> None:
        versions = message.versions
        if len(versions) == 1:
            raise CannotDo("There is only this version. r answers again, e edits the question.")
        place = versions.index(message.id) + step
        if not 0 <= place < len(versions):
            raise CannotDo("This is the newest version." if step > 0 else "This is the oldest.")
        await self._go_to(message.conversation_id, versions[place])

    async def _go_to(self, conversation_id: int, message_id: int) -> None:
        runtime = await self._crew.desk.telex.runtime()
        await runtime.ledger.go_to(conversation_id, message_id)
        await self._crew.places.show_path(at=message_id)

    # What the person thinks of it

    async def rate_newest(self, *, good: bool, word: str) -> None:
        """Rate the newest answer.

        Args:
            good: or bad.
            word: why, may be empty.

        Raises:
            TelexError: there is nothing to rate.
        """
        path = await self._crew.places.path()
        answers = [row for row in path if row.exchange is not None]
        if not answers:
            raise CannotDo("There is no answer yet to rate.")
        message = answers[-1]
        await self._keep_rating(message, _exchange(message), _GOOD if good else _BAD, word)

    def _rate(self, message: MessageRow, score: float) -> None:
        from app.screens.ask_line import AskLineScreen

        exchange = _exchange(message)
        mark = rating_text(score, "")
        before = message.rating.word if message.rating else ""

        async def said(word: str | None) -> None:
            if word is not None:
                await self._keep_rating(message, exchange, score, word)

        self._crew.desk.app.push_screen(
            AskLineScreen(
                f"{mark}: in a word, why?",
                value=before,
                placeholder="may stay empty",
                hint="enter rates · esc goes back · quality and dynamic learn from it",
            ),
            self._crew.desk.carefully(said),
        )

    async def _keep_rating(
        self, message: MessageRow, exchange: ExchangeRow, score: float, word: str
    ) -> None:
        crew = self._crew
        rated = await rate_exchange(await crew.desk.telex.runtime(), exchange.id, score, word)
        key = str(message.id)
        if crew.desk.transcript.shows(key):
            view = crew.desk.transcript.message(key)
            crew.desk.transcript.update(replace(view, rating=rating_text(score, word)))
        crew.desk.notify(
            f"{rated.model} was rated {'good' if score == _GOOD else 'bad'}", markup=False
        )

    # Looking into it

    def _look_into(self, command: MessageCommand, message: MessageRow) -> None:
        from app.screens.exchange import ExchangeScreen, Page

        page = Page.ROUTE if command is MessageCommand.EXPLAIN else Page.EXCHANGE
        self._crew.desk.app.push_screen(ExchangeScreen(_exchange(message), message, page))

    def _menu(self, message: MessageRow) -> None:
        async def chosen(choice: Choice[MessageCommand] | None) -> None:
            if choice is not None:
                await self.run(choice.value, str(message.id))

        blocks = len(self._crew.desk.transcript.code_blocks(str(message.id)))
        choices = choices_for(message, blocks, self._crew.desk.telex)
        self._crew.desk.app.push_screen(
            ChooseScreen("What about this message?", choices),
            self._crew.desk.carefully(chosen),
        )


def _exchange(message: MessageRow) -> ExchangeRow:
    if message.exchange is None:
        raise CannotDo("This is a question. Choose the answer below it.")
    return message.exchange

"""Those who do the chat screen's work, each for one subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.screens.asking import Asking
    from app.screens.comparing import Comparing
    from app.screens.desk import Desk
    from app.screens.draft import Draft
    from app.screens.facts import ConversationFacts
    from app.screens.places import Places
    from app.screens.trash import Trash
    from app.screens.writing import Writing


@dataclass(frozen=True, slots=True)
class Crew:
    """What commands are carried out with; ``desk`` is the screen itself."""

    desk: Desk
    places: Places
    writing: Writing
    asking: Asking
    comparing: Comparing
    draft: Draft
    facts: ConversationFacts
    trash: Trash

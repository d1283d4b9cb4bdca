"""Which module draws the pseudonym of which type. Knows nothing of how they do."""

from __future__ import annotations

import random

from gateway.declassify.surrogates import contacts, dates, names, numbers, places, shapes
from gateway.declassify.surrogates.conversation import Conversation
from gateway.declassify.surrogates.drawn import Drawn

PEOPLE = frozenset({"PERSON", "PUBLIC_FIGURE"})
DATES = frozenset({"BIRTH_MONTH", "DATE_OF_BIRTH", "DATE_TIME"})
_TRIES = 8


def draw(entity: str, text: str, context: str, rng: random.Random, conversation: Conversation) -> Drawn:
    """A pseudonym of the same kind, language, script and format.

    Args:
        entity: the type, e.g. ``PERSON``.
        text: the value, exactly as it stands in the request.
        context: some of the text around it, or nothing: titles and pronouns tell a person's gender.
        rng: where chance comes from.
        conversation: what all values of the conversation share.

    Returns:
        The pseudonym, never `text` itself. It may by chance be a value that occurs somewhere: the caller draws again.
    """
    for _ in range(_TRIES):
        drawn = _drawn(entity, text, context, rng, conversation)
        if drawn.surrogate != text:
            return drawn
    return Drawn(shapes.draw(entity, text, rng))


def _drawn(entity: str, text: str, context: str, rng: random.Random, conversation: Conversation) -> Drawn:
    if entity in PEOPLE:
        return names.draw(text, context, rng)
    if entity in DATES:
        return Drawn(dates.draw(text, context, rng, conversation.days))
    if entity in numbers.ENTITIES:
        return Drawn(numbers.draw(entity, text, rng, conversation))
    if entity in contacts.ENTITIES:
        return Drawn(contacts.draw(entity, text, rng))
    if entity in places.ENTITIES:
        return Drawn(places.draw(entity, text, rng))
    return Drawn(shapes.draw(entity, text, rng))

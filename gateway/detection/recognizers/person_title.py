"""People who are named by a form of address ("Dr. Okafor") or who introduce themselves ("my name is ...")."""

from __future__ import annotations

import regex

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_TITLE = r"(?:[Mm]r|[Mm]rs|[Mm]s|[Mm]iss|[Mm]x|[Dd]r|[Pp]rof|[Mm]me|[Mm]lle|[Hh]err|[Ff]rau|MR|MRS|MS|DR)"
_NAME = r"\p{Lu}[\p{L}'’-]+(?: (?:\p{Lu}\.? )?(?:(?:van|von|de|del|da|la|bin|al|el) ){0,2}\p{Lu}[\p{L}'’-]+){0,2}"
_ORDINARY = (
    "not in on a an the this that going very really also so being used never always unknown misspelled wrong correct "
    "required missing ambiguous important different common spelled pronounced"
)


class PersonTitleRecognizer(Rule):
    """A capitalised name after a title; any one or two words after "my name is"."""

    NEEDS: Needs = needs("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "mme", "mlle", "herr", "frau", "name", "called")
    LANGUAGES = ("en", "fr", "de")
    EXAMPLE = "Dr. Okafor"
    STANDARD = "forms of address"

    ENTITY = "PERSON"
    FLAGS = regex.UNICODE
    PATTERNS = (
        ("title", rf"(?<![\p{{L}}_]){_TITLE}(?:\.\s?| )(?P<value>{_NAME})", 0.7),
        (
            "introduction",
            r"(?i:(?<!\p{L})(?:my|her|his|their) (?:full |first |last |real )?name(?: is|['’]s)|(?<!\p{L})i am called) "
            r"(?P<value>\p{L}[\p{L}'’-]+(?: \p{L}[\p{L}'’-]+)?)",
            0.6,
        ),
    )  # fmt: skip
    _NOT_NAMES = frozenset(_ORDINARY.split())

    def invalidate_result(self, pattern_text: str) -> bool:
        """True when an ordinary word follows the introduction."""
        return pattern_text.split()[0].lower() in self._NOT_NAMES

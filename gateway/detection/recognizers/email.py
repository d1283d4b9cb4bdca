"""E-mail addresses: Presidio's recognizer without its look at the public suffix list.

Presidio asks `tldextract`, which fetches that list over the network, and drops addresses whose
ending it does not know, such as those of a company's own network.
"""

from __future__ import annotations

import re
from typing import Any

from gateway.detection.presidio import RecognizerResult, predefined_recognizers
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.scripts import HAN

# Chinese puts no space before an address: "邮箱是maria@firm.de".
_BEFORE = re.compile(rf"[{HAN}]+(?=[!-?A-~]+@)")


class EmailRecognizer(predefined_recognizers.EmailRecognizer):  # type: ignore[misc, unused-ignore]
    """Any address whose domain has at least two labels and does not end in a number."""

    NEEDS: Needs = needs(shape=r"@[a-z0-9]")
    LANGUAGES = ("any",)
    EXAMPLE = "write to maria.k@firm.de"
    STANDARD = "RFC 5322"

    def __init__(self) -> None:
        super().__init__(name="EmailRecognizer", supported_language="any")

    def validate_result(self, pattern_text: str) -> bool:
        """Whether it can be a mailbox: `lodash@4.17.21` can't, `git@host:repo` is a place to clone from."""
        mailbox, _, domain = pattern_text.rpartition("@")
        ending = domain.rpartition(".")[2]
        return mailbox != "git" and len(ending) >= 2 and not any(character.isdigit() for character in ending)

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """As Presidio's, without the Chinese words that an address in the Latin alphabet follows."""
        results: list[RecognizerResult] = super().analyze(text, entities, nlp_artifacts, regex_flags)
        for result in results:
            words = _BEFORE.match(text, result.start, result.end)
            if words is not None:
                result.start = words.end()
        return results

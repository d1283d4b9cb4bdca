"""What a Kubernetes manifest of kind `Secret` holds under `data` and `stringData` (API reference, core/v1)."""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar

import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.placeholder import is_placeholder
from gateway.detection.recognizers.rule import matches, result

_KIND = r"kind[\"']?:\s{0,2}[\"']?Secret(?![\w-])"
_BLOCK = (
    r"(?<![\w-])[\"']?(?P<field>data|stringData)[\"']?:\s*\{?(?P<rows>(?"
    r":\n?[ \t]+[\"']?[\w.-]{1,80}[\"']?:[^\n]*|\s*[\"'][\w.-]{1,80}[\"']:\s?[\"'][^\"'\n]*[\"'],?)+)"
)
_ROW = regex.compile(r"[\"']?[\w.-]{1,80}[\"']?:[ \t]*(?P<quote>[\"']?)(?P<value>[^\s\"',}#|>]{4,})")


class KubernetesSecretRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `API_KEY`: each value, whatever it is called."""

    NEEDS: ClassVar[Needs] = needs(shape=r"kind[\"']?:\s{0,2}[\"']?secret")
    LANGUAGES: ClassVar[tuple[str, ...]] = ("any",)
    EXAMPLE: ClassVar[str] = "kind: Secret\ndata:\n  pin: aDdRMnA5eg==\n"
    STANDARD: ClassVar[str] = "Kubernetes API reference, core/v1 Secret"

    def __init__(self) -> None:
        self._kind, self._block = regex.compile(_KIND), regex.compile(_BLOCK)
        super().__init__(supported_entities=["API_KEY"], supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: a pattern took too long.
        """
        if not self._kind.search(text):
            return []
        results = []
        for block in matches(self._block, text):
            for row in _ROW.finditer(text, *block.span("rows")):
                value = row.group("value")
                if not is_placeholder(value) and (block.group("field") == "stringData" or _is_base64(value)):
                    results.append(result(self, "API_KEY", *row.span("value"), 0.85))
        return results


def _is_base64(value: str) -> bool:
    try:
        return len(value) >= 8 and not is_placeholder(base64.b64decode(value, validate=True).decode("latin-1"))
    except binascii.Error:
        return False

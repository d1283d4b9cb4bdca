"""The one place where presidio-analyzer is imported: lightly, silently, offline.

- Lightly: spaCy and Presidio import PyTorch and Transformers if these happen to be installed (some
  3 s and 250 MB) for engines that are not used here.
- Silently: some of Presidio's log messages hold the text that was looked at.
- Offline: `tldextract`, which Presidio's recognizers call, fetches a list at first use unless told
  otherwise.
"""

from __future__ import annotations

import importlib.util
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_HEAVY = (
    "torch",
    "transformers",
    "tensorflow",
    "jax",
    "cupy",
    "mxnet",
    "stanza",
    "gliner",
    "spacy_huggingface_pipelines",
)


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    """Make packages that are not imported yet look as if they were not installed."""
    hidden = [name for name in names if name not in sys.modules and importlib.util.find_spec(name) is not None]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is how Python says "not importable"
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


with _hidden(_HEAVY):
    import tldextract.tldextract
    from presidio_analyzer import (
        EntityRecognizer,
        LocalRecognizer,
        Pattern,
        PatternRecognizer,
        RecognizerRegistry,
        RecognizerResult,
        predefined_recognizers,
    )
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
    from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine


def _drop(record: logging.LogRecord) -> bool:
    return False


# Filters, because a later `logging.config.dictConfig` would turn disabled loggers on again.
for _name in ("presidio-analyzer", "decision_process"):
    logging.getLogger(_name).addFilter(_drop)

tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(
    cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True
)

__all__ = [
    "ContextAwareEnhancer",
    "EntityRecognizer",
    "LocalRecognizer",
    "NlpArtifacts",
    "NoOpNlpEngine",
    "Pattern",
    "PatternRecognizer",
    "RecognizerRegistry",
    "RecognizerResult",
    "predefined_recognizers",
]

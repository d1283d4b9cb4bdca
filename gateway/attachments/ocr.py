"""What is written in a picture, by PP-OCR's models for Latin letters and Chinese (RapidOCR, onnxruntime).

A picture counts as read only if every line that was seen was read with certainty. What a picture shows besides
writing (faces, places) is not looked at.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from gateway.attachments.picture import decoded, on_white
from gateway.attachments.reading import Unread

if TYPE_CHECKING:
    from PIL.Image import Image

CERTAIN = 0.93
"""The least score of a line. Measured with PP-OCRv6: English, German and Chinese lines score 0.96 and more, the lines
of scripts that the models do not know (Greek, Cyrillic, Hebrew, Arabic) 0.5 to 0.87."""
THREADS = 2
LONGEST_SIDE = 8192


@cache
def _engine() -> Any:
    try:
        from rapidocr import RapidOCR
    except ImportError:
        raise Unread("not installed") from None
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": 0.0,
            # Neither made smaller, which loses small print, nor larger, which takes a narrow strip seconds.
            "Global.max_side_len": LONGEST_SIDE,
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
        }
    )


def written_in(image: Image) -> str:
    """The lines in a picture, from the top down; empty if there are none.

    Args:
        image: in RGB.

    Raises:
        Unread: some line could not be read with certainty.
    """
    import numpy

    engine = _engine()
    # The models were trained on images as OpenCV loads them: blue first.
    pixels, record = engine.preprocess_img(numpy.ascontiguousarray(numpy.asarray(image)[:, :, ::-1]))
    # Step by step, since the whole leaves out without a word what it saw and could not read: Korean, for one.
    seen, _, read, _ = engine.run_ocr_steps(pixels, record)
    if seen.boxes is None:
        return ""
    if read.txts is None or not all(text.strip() for text in read.txts) or min(read.scores) < CERTAIN:
        raise Unread("uncertain text")
    return "\n".join(read.txts)


def written_on(data: bytes) -> str:
    """The lines in a picture of a document, which will not leave itself, so that its metadata is of no interest.

    Raises:
        Unread: it is no picture that can be read, or some line could not be read with certainty.
    """
    return written_in(on_white(decoded(data)))

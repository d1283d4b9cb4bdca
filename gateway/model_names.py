"""What callers may ask for as `model`: ``auto``, a destination, the id of its model, or an alias from the settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from gateway.openai.errors import ApiError
from gateway.policy.facts import AUTO


@dataclass(frozen=True, slots=True)
class ModelNames:
    """The names of models.

    Attributes:
        models: destination → the id of its model.
        embedding: destination → the id of what computes embeddings there; those alone that have it.
        aliases: what stands for a model that clients ask for, by name or by a pattern such as ``gpt-*``.
    """

    models: Mapping[str, str]
    embedding: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    def of(self, destination: str) -> tuple[str, ...]:
        """All names of what a destination serves, its own first."""
        embedding = self.embedding.get(destination)
        return (destination, self.models[destination], *([embedding] if embedding is not None else ()))

    def resolve(self, model: str, destinations: Iterable[str]) -> tuple[str, ...]:
        """Those of `destinations` that a request's `model` names; none for ``auto``.

        Raises:
            ApiError: 404 when no destination has that name or model, and no alias stands for it.
        """
        every = tuple(destinations)
        names = self._named(model, every)
        if model == AUTO or names:
            return names
        meant = self.stands_for(model)
        names = self._named(meant, every) if meant is not None else ()
        if not names and meant != AUTO:
            raise self.unknown(every)
        return names

    def stands_for(self, model: str) -> str | None:
        """What the settings say stands for `model`, if anything."""
        alias = self._alias(model)
        return None if alias is None else self.aliases[alias]

    def known_as(self, model: str, destinations: Iterable[str]) -> str:
        """`model` in words that are not the caller's own: records and policies see these."""
        return model if model == AUTO or self._named(model, destinations) else self._alias(model) or ""

    def _named(self, model: str, destinations: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in destinations if model in self.of(name))

    def _alias(self, model: str) -> str | None:
        """The alias that `model` matches, as it is written in the settings."""
        return next((asked for asked in self.aliases if fnmatchcase(model, asked)), None)

    def unknown(self, destinations: Iterable[str]) -> ApiError:
        """The error for a model that nothing stands for."""
        known = dict.fromkeys([AUTO, *destinations, *(id_ for name in destinations for id_ in self.of(name))])
        return ApiError(
            404,
            f"No destination has the model that was asked for. Use one of: {', '.join(known)}; or have whoever runs "
            "the gateway say under `model_aliases` in sepal.yaml what stands for it.",
            code="model_not_found",
            param="model",
        )

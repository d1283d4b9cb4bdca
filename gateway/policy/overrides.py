"""What sepal.yaml says of destinations' engines, laid over what the policy says of them.

Knows which of the two files a mistake is: it is sepal.yaml's where the policy by itself has none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from gateway.document import Document, Location, Mistake
from gateway.policy.flow import DOWN, Flaw, suggest

_KEPT = ("clearance", "first_token_timeout", "context_length")
"""What a destination keeps when it gets another engine."""
_NOT_HERE = "; clearance and trust are the policy's to give, not this file's"


class Overrides(dict[str, Mapping[str, Any]]):
    """Engine options by destination; `document` is the settings file that gives them, for the places of mistakes."""

    def __init__(self, options: Mapping[str, Mapping[str, Any]], document: Document | None = None) -> None:
        super().__init__(options)
        self.document = document or Document("sepal.yaml", {}, {}, {}, {})

    def lay_over(self, data: dict[str, Any]) -> list[Flaw]:
        """Change the destinations in a policy's data; returns a flaw for each that the policy has not."""
        known = data.get("destinations")
        flaws: list[Flaw] = []
        if not isinstance(known, dict):
            return flaws  # That is a mistake of its own.
        for name, options in self.items():
            if name not in known:
                message = f"unknown destination `{name}`; {suggest(name, list(known))}"
                flaws.append(Flaw(("destinations", name), message, key=True))
            elif isinstance(known[name], dict):
                known[name] = _laid_over(known[name], options)
        return flaws

    def gives(self, location: Location) -> bool:
        """Whether the value at `location` of the policy is one of these options."""
        return location[:1] == ("destinations",) and len(location) > 2 and location[2] in self.get(str(location[1]), ())

    def makes(self, flaw: Flaw, own: Collection[Flaw]) -> bool:
        """Whether `flaw` is theirs; `own` are those that the policy has without them."""
        if self.gives(flaw.location):
            return True
        if len(flaw.location) < 2 or flaw.location[0] != "destinations" or flaw.location[1] not in self:
            return False
        return (len(flaw.location) == 2 or flaw.message.startswith(DOWN)) and flaw not in own

    def mistake(self, flaw: Flaw) -> Mistake:
        """The flaw at its place in the settings file."""
        message = flaw.message + (_NOT_HERE if flaw.message.startswith(DOWN) else "")
        if flaw.location[:2] not in self.document.values:
            message = f"destinations.{flaw.location[1]}: {message}"
        return self.document.mistake(flaw.location, message, key=flaw.key)


def _laid_over(base: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    if options.get("engine", base.get("engine")) != base.get("engine"):
        base = {key: base[key] for key in _KEPT if key in base}
    if options.get("base_url", base.get("base_url")) != base.get("base_url"):
        # The policy trusts the machine that it names, not whichever one sepal.yaml puts in its place.
        base = {key: value for key, value in base.items() if key != "trusted"}
    return {**base, **options}

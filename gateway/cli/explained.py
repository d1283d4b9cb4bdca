"""A decision for people: the text with its spans in colour, what was found, its topics, and where it would run.

Whatever could move the cursor or hide something is shown as a sign of its own. Takes the report that
`sepal explain --json` prints, and the texts by their path.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.detection.topics import TOPICS
from gateway.policy.policy import Policy

_COLOURS = ("green", "yellow", "magenta", "red")
_AROUND = 90
"""Characters of a text that are shown before and after a span."""
_SHORT = 18
_HIDDEN_SIGN = "·"


def print_decision(
    report: dict[str, Any],
    policy: Policy,
    texts: Mapping[str, str],
    console: Console,
    sent: Mapping[str, str] | None = None,
) -> None:
    """Print all of it; `sent` are the texts that were rewritten, as a destination would get them."""
    findings = [item for item in report["findings"] if item["entity"] not in TOPICS]
    for path, text in texts.items():
        spans = [item for item in findings if item["path"] == path and item["counts"]]
        if spans:
            if len(texts) > 1:
                console.print(Text(path, style="dim"))
            console.print(painted(text, spans, policy, marks=console.color_system is None))
            console.print()
    if findings:
        console.print(_table(findings, policy, texts))
        console.print()
    _print_topics(report["topics"], policy, console)
    for item in report["unreadable"]:
        console.print(f"could not be inspected: {item['path']} ({item['reason']})", style="red")
    if report["detection_failed"]:
        console.print(f"detection failed: {report['detection_failed']}", style="red")
    _print_verdict(report, policy, console)
    _print_declassified(report, policy, sent or {}, console)
    console.print(Text(f"policy {report['policy']['name']} {report['policy']['sha256'][:12]}", style="dim"))


def colour(policy: Policy, level: str) -> str:
    """The colour of a level: green for the lowest, red for the highest."""
    rank = policy.levels[level].rank
    return _COLOURS[min(rank * (len(_COLOURS) - 1) // max(len(policy.levels.names) - 1, 1), 3)]


def visible(text: str) -> str:
    """`text` with a sign in place of each character that has no shape: as long as before."""
    return "".join(_sign(character) for character in text)


def _sign(character: str) -> str:
    if character in "\n\t" or character.isprintable():
        return character
    if character < " ":
        return chr(0x2400 + ord(character))
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp"):
        return " "
    return _HIDDEN_SIGN if kind == "Cf" else "\ufffd"


def painted(text: str, spans: list[dict[str, Any]], policy: Policy, *, marks: bool) -> Text:
    """`text` with each span underlined in its level's colour; what is far from any span is left out.

    Args:
        spans: findings with `start`, `end` and `level`.
        marks: put brackets around spans as well, for where there are no colours.
    """
    whole = Text(visible(text), end="")
    for span in sorted(spans, key=lambda item: policy.levels[item["level"]].rank):
        whole.stylize(f"underline {colour(policy, span['level'])}", span["start"], span["end"])
    result = Text()
    for start, end, is_span in _pieces(len(text), spans):
        if is_span:
            result.append("⟦" if marks else "").append_text(whole[start:end]).append("⟧" if marks else "")
        else:
            result.append_text(_shortened(whole[start:end], first=start == 0, last=end == len(text)))
    return result


def _pieces(length: int, spans: list[dict[str, Any]]) -> Iterator[tuple[int, int, bool]]:
    """The text cut at the edges of spans, those that overlap taken as one."""
    at = 0
    for start, end in _merged(spans):
        yield at, start, False
        yield start, end, True
        at = end
    yield at, length, False


def _merged(spans: list[dict[str, Any]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((item["start"], item["end"]) for item in spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _shortened(part: Text, *, first: bool, last: bool) -> Text:
    head, tail = 0 if first else _AROUND, 0 if last else _AROUND
    if len(part) <= head + tail + 2:
        return part
    return Text().append_text(part[:head]).append(" … ", style="dim").append_text(part[len(part) - tail :])


def _table(findings: list[dict[str, Any]], policy: Policy, texts: Mapping[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("type", "level", "score", "text"):
        table.add_column(column, no_wrap=True)
    table.add_column("found by", overflow="fold")
    for finding in findings:
        span = visible(texts.get(finding["path"], "")[finding["start"] : finding["end"]]).replace("\n", " ")
        level = Text(finding["level"], style=colour(policy, finding["level"]))
        by = Text(finding["recognizer"])
        if finding["undone"]:
            by.append(f", {', '.join(finding['undone'])} undone", style="dim")
        if len(texts) > 1:
            by.append(f" in {finding['path']}", style="dim")
        table.add_row(
            finding["entity"],
            level if finding["counts"] else Text("score too low", style="dim"),
            f"{finding['score']:.2f}",
            Text(span if len(span) <= _SHORT else span[: _SHORT - 1] + "…"),
            by,
        )
    return table


def _print_topics(topics: list[dict[str, Any]], policy: Policy, console: Console) -> None:
    if not topics:
        return
    line = Text("topics:      ")
    for index, topic in enumerate(topics):
        line.append(", " if index else "").append(topic["entity"], style=colour(policy, topic["level"]))
        line.append(f" {topic['score']:.2f}", style="dim")
    console.print(line)


def _print_verdict(report: dict[str, Any], policy: Policy, console: Console) -> None:
    label = report["label"]
    console.print("label:       ", Text(label, style=f"bold {colour(policy, label)}"), sep="")
    console.print("rule:        ", Text(report["rule"]), sep="")
    console.print("why:         ", Text(report["why"]), sep="")
    for name, lacking in report["unable"].items():
        console.print(Text(f"'{name}' may see it, but can't do what {', '.join(lacking)} asks for", style="yellow"))
    where = report["destination"] or "nowhere: " + (report["denied"] or "no destination is cleared and able")
    others = report["destinations"][1:]
    console.print(
        "destination: ", Text(where, style="bold"), Text(f"  then {', '.join(others)}" if others else ""), sep=""
    )


def _print_declassified(report: dict[str, Any], policy: Policy, sent: Mapping[str, str], console: Console) -> None:
    """What a destination gets that may not see the prompt as it is; the gateway draws other stand-ins."""
    rewriting = report.get("declassified")
    if rewriting is None:
        if report.get("kept"):
            console.print(Text(f"not rewritten: {report['kept']}", style="yellow"))
        return
    replaced = ", ".join(f"{count} × {entity}" for entity, count in rewriting["replaced"].items())
    level = Text(rewriting["to"], style=colour(policy, rewriting["to"]))
    head = Text.assemble("rewritten:   ", f"{replaced} by {', '.join(rewriting['methods'])}, then ", level)
    console.print(head.append(f" for {', '.join(rewriting['destinations']) or 'nobody'}"))
    for path, text in sent.items():
        prefix = f"{path}: " if len(sent) > 1 else ""
        console.print(Text(f"  {prefix}{visible(text)}", style="dim"))

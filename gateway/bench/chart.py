"""Charts out of characters, for a terminal and for documentation alike. Knows nothing of what is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Points = Sequence[tuple[float, float]]
_BLOCKS = " ▏▎▍▌▋▊▉█"


def growth(series: Mapping[str, Points], *, x: str, y: str, width: int = 64, height: int = 16) -> str:
    """Series of points on logarithmic axes, each drawn with its name's first letter in capitals.

    Args:
        series: name → points, all of them above zero; names begin with different letters.
        x, y: what the axes show, with its unit.
        width, height: characters of the field.
    """
    points = [point for line in series.values() for point in line]
    across, up = _Axis([point[0] for point in points], width), _Axis([point[1] for point in points], height)
    field = [[" "] * width for _ in range(height)]
    for name, line in series.items():
        for left, value in line:
            row, column = height - 1 - up.place(value), across.place(left)
            field[row][column] = name[0].upper() if field[row][column] == " " else "*"
    marks = {height - 1 - up.place(tick): f"{tick:g}" for tick in up.ticks()}
    margin = max(map(len, marks.values()))
    lines = [y]
    lines += [f"{marks.get(row, ''):>{margin}} ┤{''.join(cells).rstrip()}" for row, cells in enumerate(field)]
    lines.append(" " * margin + " └" + "─" * width)
    lines.append(" " * (margin + 2) + _labels(across, width) + f"  {x}")
    lines.append(" " * (margin + 2) + ", ".join(f"{name[0].upper()} {name}" for name in series) + ", * several")
    return "\n".join(lines)


class _Axis:
    """A logarithmic axis over `size` characters, from a power of ten to a power of ten."""

    def __init__(self, values: Sequence[float], size: int) -> None:
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self.high = max(self.high, self.low + 1)
        self._size = size

    def place(self, value: float) -> int:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return min(self._size - 1, max(0, round(share * (self._size - 1))))

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def _labels(axis: _Axis, width: int) -> str:
    line = [" "] * (width + 8)
    for tick in axis.ticks():
        label = f"{tick:g}" if tick < 100_000 else f"{tick / 1000:g}k"
        start = max(0, axis.place(tick) - len(label) // 2)
        line[start : start + len(label)] = label
    return "".join(line).rstrip()


def bars(rows: Sequence[tuple[str, float]], *, unit: str, width: int = 48) -> str:
    """One bar a row, all from zero.

    Args:
        rows: label and value, none below zero.
        unit: of the values.
        width: characters of the longest bar.
    """
    longest, margin = max((value for _, value in rows), default=0.0) or 1.0, max(len(label) for label, _ in rows)
    lines = []
    for label, value in rows:
        eighths = round(8 * width * value / longest)
        bar = "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()
        lines.append(f"{label:>{margin}} {bar} {value:.1f} {unit}")
    return "\n".join(lines)

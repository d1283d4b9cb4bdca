"""Tables of figures for a terminal. Knows nothing of what they show."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text


def table_of(title: str, *columns: str) -> Table:
    """An empty table: its first column is words, the others are figures."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", no_wrap=index > 0)
    return table


def judged(figure: str, good: bool | None) -> Text:
    """A figure, green where it is good, red where it is not; None judges nothing."""
    return Text(figure, style="" if good is None else "green" if good else "red")

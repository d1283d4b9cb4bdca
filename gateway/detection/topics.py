"""The entity types that say what a text is about, rather than who or what is named in it.

Their spans cover the whole stretch of text that was judged, so they are listed and not pointed at.
"""

from __future__ import annotations

TOPICS = frozenset(
    {
        "CONFIDENTIAL_BUSINESS",
        "CORRESPONDENCE",
        "EMPLOYMENT",
        "ETHNICITY",
        "FINANCE",
        "HEALTH",
        "IMMIGRATION",
        "LEGAL",
        "MINOR",
        "PERSONAL_CONTEXT",
        "POLITICS",
        "RELIGION",
        "SEXUALITY",
        "TRADE_UNION",
        "WHEREABOUTS",
    }
)

"""Permits for crossing between the mainland, Hong Kong, Macao and Taiwan (National Immigration Administration)."""

from __future__ import annotations

from gateway.detection.recognizers.identifier import Identifier


class CnTravelPermitRecognizer(Identifier):
    """往来港澳通行证, 往来台湾通行证, 回乡证, 台胞证; any of these words must stand nearby."""

    ENTITY = "CN_TRAVEL_PERMIT"
    # C, W: to Hong Kong and Macao; L, T: to Taiwan; H, M: home return permits, perhaps with two figures for the issue.
    FORM = r"[CWLT]\d{8}|C[A-HJ-NP-Z]\d{7}|[HM]\d{8}(?:\d{2})?|\d{8}(?:\d{2}(?:\([A-Z]\))?)?"
    DIGITS = 7
    CONTEXT = (
        "通行证", "通行證", "回乡证", "回鄉證", "台胞证", "臺胞證", "台胞證", "港澳证", "港澳居民", "来往内地",
        "往来港澳",
        "往来台湾", "入台证", "home return permit", "mainland travel permit", "travel permit", "exit-entry permit",
    )  # fmt: skip
    LANGUAGES = ("zh", "en")
    EXAMPLE = "港澳通行证C12345678"
    STANDARD = "National Immigration Administration, exit-entry permits of 2014 and later"

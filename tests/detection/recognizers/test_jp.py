"""Japan: individual and corporate numbers, licences, addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.jp import (
    JpAddressRecognizer,
    JpCorporateNumberRecognizer,
    JpDriverLicenseRecognizer,
    JpMyNumberRecognizer,
)

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (JpMyNumberRecognizer, "マイナンバーは 6214 9832 0257 です", "6214 9832 0257"),
        (JpMyNumberRecognizer, "個人番号 621498320257", "621498320257"),
        (JpCorporateNumberRecognizer, "法人番号 5835678256246", "5835678256246"),
        (JpDriverLicenseRecognizer, "運転免許証番号 308714926690", "308714926690"),
        (JpAddressRecognizer, "東京都練馬区大泉学園町6-18-4に住む", "東京都練馬区大泉学園町6-18-4"),
        (JpAddressRecognizer, "〒150-0001 東京都渋谷区神宮前1丁目2番3号", "〒150-0001 東京都渋谷区神宮前1丁目2番3号"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (JpMyNumberRecognizer, "マイナンバーは 6214 9832 0258 です"),
        (JpMyNumberRecognizer, "注文番号 6214 9832 0257"),
        (JpMyNumberRecognizer, "個人番号カードの申請"),
        (JpCorporateNumberRecognizer, "法人番号 5835678256247"),
        (JpCorporateNumberRecognizer, "商品 5835678256246"),
        (JpDriverLicenseRecognizer, "308714926690"),
        (JpDriverLicenseRecognizer, "運転免許の試験は10問"),
        (JpAddressRecognizer, "東京都に住みたい"),
        (JpAddressRecognizer, "新宿区役所"),
        (JpAddressRecognizer, "第3回市民大会 2-1で勝利"),
        (JpAddressRecognizer, "1-2-3とジャンプ"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []

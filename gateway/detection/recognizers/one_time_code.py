"""Codes that let somebody in for a while: PINs, one-time and verification codes, where a word says so."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_VERB = r"(?:\s{0,2}(?:is|was|:|：|=|#|=>|是|为|為|es|est|ist|é|это|は|은|는)){1,2}\s{0,2}[\"'`]?"
_CODE = (
    r"(?:verification|security|auth(?:entication|orization)?|access|confirmation|login|log-in|sign-in|one[- ]time|"
    r"2fa|mfa|two[- ]factor|sms|activation|unlock|door|gate|alarm|safe|entry|locker)[ _-]?(?:pass)?codes?"
)
_NUMBER = (
    r"(?P<value>\d{3}[ -]\d{3}|\d{4}[ -]\d{4}|[A-Z]?-?\d{3,8})(?![\d%]|[.,]\d|\s?(?:digits?|位|letters|"
    r"characters|chars))"
)


class OneTimeCodeRecognizer(Rule):
    """The code only: three to eight digits, perhaps in two groups or behind "G-"."""

    ENTITY = "VERIFICATION_CODE"
    PATTERNS = (
        (
            "named",
            rf"(?<![A-Za-z])(?:{_CODE}|otp|totp|one-time password|passcode|pin(?:[ _-]?(?:code|"
            rf"number))?)(?:\s(?:to|for|of|on)\s[^\n.,:;]{{1,30}}?)?{_VERB}{_NUMBER}",
            0.8,
        ),
        (
            "card's",
            r"(?<![A-Za-z])(?:cvv2?|cvc2?|cid|security code|card code|安全码|卡验证码)(?:\s?(?:is|:|：|=|是|"
            r"为)){0,2}\s?(?P<value>\d{3,4})(?!\d|[.,]\d)",
            0.8,
        ),
        (
            "code first",
            r"(?<![\w.-])(?:[A-Z]-)?(?P<value>\d{3}[ -]?\d{3}|\d{4}|\d{8}) is your "
            r"[\w ]{0,24}?(?:code|otp|pin|password)",
            0.85,
        ),
        (
            "验证码",
            rf"(?:验证码|驗證碼|校验码|动态码|动态密码|短信码|激活码|取件码|提货码|门禁码|开门码|"
            rf"支付密码|交易密码|取款密码|查询密码|认证码|確認コード|認証コード|"
            rf"인증번호|код подтверждения|código de verificación|code de vérification|"
            rf"bestätigungscode)(?:[（(][^()（）]{{0,12}}[)）])?(?:{_VERB})?{_NUMBER}",
            0.85,
        ),
        (
            "验证码在前",
            r"(?<!\d)(?P<value>\d{4,8})\s?[（(]?(?:是|为|，)?(?:您的|你的|"
            r"我的)?[\u4e00-\u9fff]{0,6}(?:验证码|校验码|动态码)",
            0.85,
        ),
    )
    NEEDS: Needs = needs(
        "code", "codes", "passcode", "pin", "pincode", "otp", "totp", "cvv", "cvc", "cid", "password", "验证码",
        "驗證碼", "校验码", "动态码",
        "动态密码", "短信码", "激活码", "取件码", "提货码", "门禁码", "开门码", "支付密码", "交易密码", "取款密码",
        "查询密码", "认证码", "安全码",
        "確認コード", "認証コード", "인증번호", "код", "código", "bestätigungscode", digits=3,
    )  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "ru", "es", "fr", "de")
    EXAMPLE = "Your verification code is 493817"
    STANDARD = "NIST SP 800-63B section 5.1.3; ISO 9564 (PINs)"

    def invalidate_result(self, pattern_text: str) -> bool:
        """True for what is written to explain: counting or the same digit over and over, and years."""
        digits = "".join(character for character in pattern_text if character.isdigit())
        return digits in "01234567890" or len(set(digits)) == 1 or (len(digits) == 4 and digits[:2] in ("19", "20"))

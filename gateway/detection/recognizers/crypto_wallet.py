"""Addresses of cryptocurrencies that Presidio's recognizer (Bitcoin) leaves out.

Base58Check as in Bitcoin's `base58.cpp` for Litecoin, Dogecoin, Dash and Tron; Ethereum's form (EIP-55) and
Solana's have no check that could be computed lightly, so that a word must stand nearby.
"""

from __future__ import annotations

import hashlib

from gateway.detection.recognizers.identifier import AFTER, BEFORE, Identifier
from gateway.detection.recognizers.needs import Needs

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def is_base58check(address: str) -> bool:
    """Whether the last four of the 25 bytes are the double SHA-256 of the others."""
    number = 0
    for character in address:
        number = number * 58 + _BASE58.index(character)
    try:
        raw = number.to_bytes(25, "big")
    except OverflowError:
        return False
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


class CryptoWalletRecognizer(Identifier):
    """Base58Check addresses of other coins than Bitcoin: the checksum proves them."""

    ENTITY = "CRYPTO"
    FLAGS = 0
    PATTERNS = (("Base58Check", rf"{BEFORE}[LMDXTt][1-9A-HJ-NP-Za-km-z]{{33}}{AFTER}", 0.6),)
    NEEDS: Needs = Needs(digits=1, long_run=True)
    REQUIRED = False
    CONTEXT = ("wallet", "address", "litecoin", "ltc", "doge", "dash", "tron", "trx", "usdt", "钱包", "地址", "充值")
    LANGUAGES = ("en", "zh")
    EXAMPLE = "send USDT to TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
    STANDARD = "Base58Check (Bitcoin Core, base58.cpp)"

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the checksum is right."""
        return is_base58check(pattern_text)


class CryptoWalletInContextRecognizer(Identifier):
    """Ethereum, Solana and Cardano, beside a word for a wallet or a coin."""

    ENTITY = "CRYPTO"
    FLAGS = 0
    PATTERNS = (
        ("Ethereum", rf"{BEFORE}0x[0-9a-fA-F]{{40}}{AFTER}", 0.3),
        ("Solana", rf"{BEFORE}(?=[1-9A-HJ-NP-Za-km-z]*\d)[1-9A-HJ-NP-Za-km-z]{{43,44}}{AFTER}", 0.2),
        ("bech32 of others", rf"{BEFORE}(?:ltc1|addr1|cosmos1|bnb1|tb1)[02-9ac-hj-np-z]{{30,110}}{AFTER}", 0.3),
    )
    NEEDS: Needs = Needs(digits=1, long_run=True)
    CONTEXT = (
        "wallet", "eth", "ethereum", "ether", "metamask", "usdt", "usdc", "erc20", "sol", "solana", "phantom", "ada",
        "cardano",
        "send to", "deposit", "withdraw", "my address", "钱包", "錢包", "以太坊", "转账", "收款地址", "充值地址",
        "提币",
    )  # fmt: skip
    LANGUAGES = ("en", "zh")
    EXAMPLE = "my eth wallet is 0x8ba1f109551bD432803012645Ac136ddd64DBA72"
    STANDARD = "EIP-55, Solana account addresses, BIP 173"

    def invalidate_result(self, pattern_text: str) -> bool:
        """True for the null address and other fillers."""
        return len(set(pattern_text[2:].lower())) < 6


RECOGNIZERS = (
    CryptoWalletRecognizer,
    CryptoWalletInContextRecognizer,
)

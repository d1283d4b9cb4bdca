"""Made-up numbers that stand for a person or an account, and secrets. Nothing belongs to anybody."""

from __future__ import annotations

import base64
import string

from gateway.detection.training.drawing import Drawing
from gateway.detection.training.words import WORDS


class Numbers(Drawing):
    """Slots of identifiers and secrets."""

    # Numbers that stand for a person or an account.
    def _id(self, language: str) -> str:
        rng = self._rng
        day = f"{rng.randint(1940, 2015)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
        forms = {
            "zh": (f"{rng.randint(110101, 659001)}{day}###{rng.choice('0123456789X')}",), "en": ("###-##-####", "@@######@", "#### #### ####", "@#######(#)"),
            "es": ("########@", "@#######@"), "fr": ("# ## ## ## ### ### ##",), "de": ("## ### ### ###", "L########"), "ja": ("#### #### ####",),
            "ko": (f"{day[2:]}-#######",), "pt": ("###.###.###-##",), "ru": ("#### ######", "###-###-### ##"),
        }  # fmt: skip
        return self.digits(rng.choice(forms.get(language, forms["en"])))

    def _passport(self, language: str) -> str:
        return self.digits(self._rng.choice(("E########", "@########", "#########", "@@#######", "G########")))

    def _plate(self, language: str) -> str:
        if language == "zh":
            return self._rng.choice("京沪粤苏浙川鄂湘鲁豫冀闽皖") + self.digits(
                "@" + self._rng.choice(("#####", "#@###", "@####", "D#####"))
            )
        return self.digits(self._rng.choice(("@@@-####", "@@## @@@", "#@@@###", "@-@@ ####", "@@-###-@@")))

    def _card(self, language: str) -> str:
        start = self._rng.choice(("4###", "5###", "37##", "62##", "6011"))
        return self.digits(
            self._rng.choice((f"{start} #### #### ####", f"{start}############", f"{start}-####-####-####"))
        )

    def _iban(self, language: str) -> str:
        return self.digits(
            self._rng.choice(
                (
                    "DE## #### #### #### #### ##",
                    "GB##@@@@##############",
                    "FR## #### #### #### #### #### ###",
                    "ES######################",
                )
            )
        )

    def _account(self, language: str) -> str:
        return self.digits(
            self._rng.choice(("########", "##########", "62#################", "############", "##-##-## ########"))
        )

    def _ssn(self, language: str) -> str:
        return self.digits(self._rng.choice(("###-##-####", "### ## ####", "#########")))

    def _license(self, language: str) -> str:
        return self.digits(self._rng.choice(("@#######", "@###-####-####", "############", "@@@@@######@@#@@")))

    def _mrn(self, language: str) -> str:
        return self.digits(self._rng.choice(("MRN ########", "#######", "MR-######", "H########", "P####-####")))

    def _insurance(self, language: str) -> str:
        return self.digits(self._rng.choice(("@@@#########", "POL-########", "@#########", "########-##")))

    def _taxid(self, language: str) -> str:
        return self.digits(self._rng.choice(("##-#######", "###########", "DE#########", "@@@@@####@")))

    def _imei(self, language: str) -> str:
        return self.digits("35#############")

    def _vin(self, language: str) -> str:
        return self._chars(17, "ABCDEFGHJKLMNPRSTUVWXYZ0123456789")

    def _wallet(self, language: str) -> str:
        return self._rng.choice(
            (
                "0x" + self._chars(40, "0123456789abcdef"),
                "bc1q" + self._chars(38, "023456789acdefghjklmnpqrstuvwxyz"),
                "1" + self._chars(33),
            )
        )

    def _ip(self, language: str) -> str:
        rng = self._rng
        return f"{rng.randint(11, 223)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"

    def _mac(self, language: str) -> str:
        return ":".join(self._chars(2, "0123456789ABCDEF") for _ in range(6))

    def _geo(self, language: str) -> str:
        return f"{self._rng.uniform(-80, 80):.5f}, {self._rng.uniform(-179, 179):.5f}"

    # Secrets.
    def _secret(self, language: str) -> str:
        forms = ("sk-" + self._chars(48), "ghp_" + self._chars(36), "AKIA" + self._chars(16, string.ascii_uppercase + string.digits), "xoxb-" + self.digits("############-############-") + self._chars(24),
                 self._chars(32, "0123456789abcdef"), self._chars(40), "eyJ" + self._chars(30) + "." + self._chars(60) + "." + self._chars(43), "glpat-" + self._chars(20), base64.b64encode(self._rng.randbytes(24)).decode())  # fmt: skip
        return self._rng.choice(forms)

    def _password(self, language: str) -> str:
        rng = self._rng
        word = rng.choice(WORDS.words)
        return rng.choice(
            (
                f"{word.title()}{rng.randint(1, 9999)}!",
                self._chars(10),
                f"{word}{rng.randint(1970, 2024)}",
                self._chars(8) + rng.choice("!@#$%&*"),
                f"{word}-{rng.choice(WORDS.words)}-{rng.choice(WORDS.words)}",
                f"P@ss{rng.randint(10, 999)}{word}",
            )
        )

    def _privkey(self, language: str) -> str:
        return "-----BEGIN RSA PRIVATE KEY-----\n" + self._chars(64) + "\n" + self._chars(64)

    def _connstr(self, language: str) -> str:
        rng = self._rng
        scheme = rng.choice(("postgres", "mysql", "mongodb+srv", "redis", "amqp"))
        return f"{scheme}://{rng.choice(WORDS.words)}:{self._password(language)}@{rng.choice(WORDS.words)}.{rng.choice(WORDS.words)}.net:{rng.randint(1000, 9999)}/{rng.choice(WORDS.words)}"

"""Made-up addresses, contacts and organisations, and real places. Nothing belongs to anybody."""

from __future__ import annotations

import string

from gateway.detection.training.drawing import LOCALES, Drawing
from gateway.detection.training.words import WORDS


class Places(Drawing):
    """Slots of contacts, places and organisations."""

    # Contact.
    def _phone(self, language: str) -> str:
        rng = self._rng
        if language == "zh":
            number = rng.choice(
                (f"1{rng.randint(3, 9)}{rng.randint(0, 9)}########",) * 3
                + ("0##-########", "+86 1## #### ####", "0###-#######")
            )
            return self.digits(number)
        if rng.random() < 0.5:
            return self._pool("phone_number", language)
        forms = ("+1 (###) ###-####", "###-###-####", "(###) ###-####", "+44 7### ######", "07### ######", "+49 1## #######", "+33 6 ## ## ## ##",
                 "+34 6## ### ###", "+91 9#### #####", "##########", "+81 90-####-####", "+82 10-####-####", "06 ########", "+353 8# ### ####")  # fmt: skip
        return self.digits(rng.choice(forms))

    def _email(self, language: str) -> str:
        rng = self._rng
        left = rng.choice(
            (
                f"{rng.choice(WORDS.words)}.{rng.choice(WORDS.words)}",
                f"{self._chars(rng.randint(4, 9), string.ascii_lowercase)}{rng.randint(1, 99)}",
                self._pool("user_name", "en"),
            )
        )
        host = (
            rng.choice(WORDS.mails)
            if rng.random() < 0.6
            else f"{rng.choice(WORDS.words)}{rng.choice(WORDS.words)}.{rng.choice(('com', 'org', 'net', 'de', 'co.uk', 'cn', 'io'))}"
        )
        return f"{left}@{host}"

    def _address(self, language: str) -> str:
        rng = self._rng
        if language == "zh":
            place = rng.choice(WORDS.han_places)
            detail = rng.choice((
                f"{rng.choice(WORDS.han_roads)}{rng.randint(1, 999)}号{rng.choice(WORDS.han_estates)}{rng.randint(1, 30)}栋{rng.randint(1, 4)}单元{rng.randint(101, 3203)}室",
                f"{rng.choice(WORDS.han_roads)}{rng.randint(1, 999)}号", f"{rng.choice(WORDS.han_estates)}{rng.randint(1, 30)}号楼{rng.randint(101, 2803)}",
                f"{rng.choice(WORDS.han_roads)}{rng.randint(1, 300)}弄{rng.randint(1, 60)}号{rng.randint(101, 903)}室",
            ))  # fmt: skip
            return rng.choice((place, place, place[3:] if len(place) > 5 else place)) + detail
        if rng.random() < 0.6:
            return self._pool("address", language).replace("\n", ", ")
        return self._street(language) + (f", {rng.choice(WORDS.cities)}" if rng.random() < 0.6 else "")

    def _street(self, language: str) -> str:
        if language == "zh":
            return f"{self._rng.choice(WORDS.han_roads)}{self._rng.randint(1, 999)}号"
        kind = "street_address" if language != "ja" else "address"
        return self._pool(kind, language)

    def _postaddress(self, language: str) -> str:
        return self._pool("address", language) if language != "zh" else self._address(language)

    def _zip(self, language: str) -> str:
        return self._pool("postcode", language)

    # Made-up organisations.
    def _org(self, language: str) -> str:
        rng = self._rng
        if language == "zh":
            name = rng.choice(WORDS.han_parts_first) + rng.choice(WORDS.han_parts_second)
            return (
                rng.choice(("", rng.choice(WORDS.han_cities)))
                + name
                + rng.choice((*WORDS.han_trades, "公司", "集团", ""))
            )
        if language in LOCALES and language != "en" and rng.random() < 0.7:
            return self._pool("company", language)
        form = rng.random()
        if form < 0.4:
            return self._pool("company", "en")
        if form < 0.55:
            return (
                rng.choice(WORDS.words)
                + rng.choice(("ly", "ify", "io", "ora", "skill", "hub", rng.choice(WORDS.words)))
            ).title()
        return f"{rng.choice(WORDS.words).title()} {rng.choice((rng.choice(WORDS.words).title(), ''))} {rng.choice(WORDS.org_tails)}".replace(
            "  ", " "
        ).strip()

    def _school(self, language: str) -> str:
        if language == "zh":
            return self._rng.choice(
                (
                    f"{self._rng.choice(WORDS.han_cities)}第{self._rng.randint(1, 30)}中学",
                    f"{self._rng.choice(WORDS.han_roads)}小学",
                    f"{self._rng.choice(WORDS.han_estates)}幼儿园",
                )
            )
        return f"{self._rng.choice(WORDS.words).title()} {self._rng.choice(('Primary School', 'High School', 'Elementary', 'Academy', 'Kindergarten', 'Middle School', 'Grammar'))}"

    def _hospital(self, language: str) -> str:
        if language == "zh":
            return f"{self._rng.choice(WORDS.han_cities)}{self._rng.choice(('市第一人民医院', '市中医院', '协和医院', '妇幼保健院', '第三医院', '同济医院'))}"
        return f"{self._rng.choice(('St. ', 'Mount ', ''))}{self._rng.choice(WORDS.words).title()} {self._rng.choice(('Hospital', 'Clinic', 'Medical Center', 'Surgery'))}"

    def _dept(self, language: str) -> str:
        return self._one(language, WORDS.han_departments, WORDS.departments)

    def _job(self, language: str) -> str:
        return self._one(language, WORDS.han_jobs, WORDS.jobs)

    def _drug(self, language: str) -> str:
        return self._one(language, WORDS.han_drugs, WORDS.drugs)

    def _disease(self, language: str) -> str:
        return self._one(language, WORDS.han_diseases, WORDS.diseases)

    def _product(self, language: str) -> str:
        rng = self._rng
        if language == "zh":
            return rng.choice(("星火", "青云", "蓝鲸", "晨曦", "凤凰", "麒麟")) + rng.choice(
                ("计划", "项目", "系统", "二期", "平台", "X1")
            )
        return f"{rng.choice(('Project ', '', ''))}{rng.choice(WORDS.words).title()} {rng.choice(('', str(rng.randint(1, 9)), 'Pro', 'Lite', 'X'))}".strip()

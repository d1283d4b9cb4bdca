"""Made-up values for the slots of frames.

Everything is random or from Faker; nothing belongs to anybody. Knows nothing of frames or tags.
"""

from __future__ import annotations

import uuid

from gateway.detection.training.numbers import Numbers
from gateway.detection.training.places import Places
from gateway.detection.training.words import WORDS


class Values(Numbers, Places):
    """All slots; `value(slot, language)` gives one."""

    # Personal facts.
    def _dob(self, language: str) -> str:
        rng = self._rng
        year, month, day = rng.randint(1935, 2019), rng.randint(1, 12), rng.randint(1, 28)
        if language in ("zh", "ja"):
            return rng.choice((f"{year}年{month}月{day}日", f"{year}年{month}月", f"{year}-{month:02d}-{day:02d}"))
        return rng.choice(
            (
                f"{day:02d}/{month:02d}/{year}",
                f"{year}-{month:02d}-{day:02d}",
                f"{day}.{month}.{year}",
                f"{self._month()} {day}, {year}",
            )
        )

    def _age(self, language: str) -> str:
        return str(self._rng.randint(1, 96))

    # Nobody's.
    def _month(self, language: str = "en") -> str:
        if language in ("zh", "ja"):
            return f"{self._rng.randint(1, 12)}月"
        return self._rng.choice(
            (
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            )
        )

    def _bigorg(self, language: str) -> str:
        return self._one(language, WORDS.han_big, WORDS.big)

    def _brand(self, language: str) -> str:
        return self._one(language, WORDS.han_brands, WORDS.brands)

    def _city(self, language: str) -> str:
        return (
            self._pool("city", language)
            if language not in ("en", "zh")
            else self._one(language, WORDS.han_cities, WORDS.cities)
        )

    def _country(self, language: str) -> str:
        return (
            self._pool("country", language)
            if language not in ("en", "zh")
            else self._one(language, WORDS.han_countries, WORDS.countries)
        )

    def _place(self, language: str) -> str:
        return self._one(language, WORDS.han_landmarks, WORDS.landmarks)

    def _order(self, language: str) -> str:
        return self.digits(
            self._rng.choice(
                (
                    "#######",
                    "#-########",
                    "ORD-######",
                    "INV-####-###",
                    "@@######",
                    "TCK#####",
                    "##########",
                    "PO ######",
                )
            )
        )

    def _uuid(self, language: str) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def _version(self, language: str) -> str:
        return self.digits(self._rng.choice(("#.#.#", "v#.##", "##.#.##", "#.#.#-beta.#", "20##.#")))

    def _isbn(self, language: str) -> str:
        return self.digits(self._rng.choice(("978-#-##-######-#", "978##########", "#-###-#####-#")))

    def _hash(self, language: str) -> str:
        return self._chars(self._rng.choice((7, 8, 12, 32, 40, 64)), "0123456789abcdef")

    def _docip(self, language: str) -> str:
        return self._rng.choice(
            (
                "127.0.0.1",
                "0.0.0.0",
                "192.0.2.10",
                "198.51.100.7",
                "203.0.113.5",
                "localhost",
                "::1",
                "192.168.0.1",
                "10.0.0.1",
            )
        )

    def _docmail(self, language: str) -> str:
        return (
            self._rng.choice(("user", "info", "john.doe", "alice", "test", "admin", "jane", "noreply"))
            + "@"
            + self._rng.choice(("example.com", "example.org", "test.example", "example.net"))
        )

    def _placeholder(self, language: str) -> str:
        return self._rng.choice(
            (
                "YOUR_API_KEY",
                "xxxx",
                "<password>",
                "changeme",
                "********",
                "${API_KEY}",
                "<your-token-here>",
                "REPLACE_ME",
                "sk-xxxxxxxxxxxxxxxx",
                "{{ secret }}",
                "TODO",
                "your_password_here",
                "hunter2",
            )
        )

    def _number(self, language: str) -> str:
        return str(
            self._rng.choice(
                (
                    self._rng.randint(1, 20),
                    self._rng.randint(1, 100),
                    self._rng.randint(100, 99999),
                    round(self._rng.uniform(0, 100), 2),
                )
            )
        )

    def _money(self, language: str) -> str:
        rng = self._rng
        amount = rng.choice((rng.randint(5, 900), rng.randint(1, 90) * 1000, rng.randint(1, 90) * 100))
        if language == "zh":
            return rng.choice(
                (f"{amount}元", f"{amount}块", f"{rng.randint(1, 90)}万", f"{rng.randint(1, 90)}万元", f"¥{amount}")
            )
        return rng.choice(
            (
                f"${amount:,}",
                f"${amount}",
                f"€{amount}",
                f"{amount} euros",
                f"£{amount:,}",
                f"{amount} USD",
                f"{rng.randint(2, 90)}k",
            )
        )

    def _percent(self, language: str) -> str:
        return f"{self._rng.choice((self._rng.randint(1, 99), round(self._rng.uniform(0, 40), 1)))}%"

    def _date(self, language: str) -> str:
        rng = self._rng
        year, month, day = rng.randint(1990, 2027), rng.randint(1, 12), rng.randint(1, 28)
        if language in ("zh", "ja"):
            return (
                rng.choice(
                    (
                        f"{year}年{month}月{day}日",
                        f"{month}月{day}日",
                        f"{month}月{day}号",
                        "下周三",
                        "明天",
                        "上个月",
                        f"{year}-{month:02d}-{day:02d}",
                    )
                )
                if language == "zh"
                else f"{month}月{day}日"
            )
        if language == "en":
            return rng.choice(
                (
                    f"{self._month()} {day}",
                    f"{day} {self._month()} {year}",
                    f"{day}/{month}/{year}",
                    f"{year}-{month:02d}-{day:02d}",
                    "next Tuesday",
                    "last Friday",
                    f"{self._month()} {day}th",
                    "tomorrow",
                    "Monday",
                )
            )
        return f"{day:02d}.{month:02d}.{year}"

    def _time(self, language: str) -> str:
        rng = self._rng
        if language == "zh":
            return rng.choice(
                (
                    f"{rng.randint(0, 23)}点",
                    f"下午{rng.randint(1, 6)}点半",
                    f"{rng.randint(0, 23)}:{rng.randint(0, 59):02d}",
                )
            )
        return rng.choice(
            (
                f"{rng.randint(0, 23)}:{rng.randint(0, 59):02d}",
                f"{rng.randint(1, 12)} pm",
                f"{rng.randint(1, 12)}:30am",
                f"{rng.randint(0, 23)}h",
            )
        )

    def _year(self, language: str) -> str:
        return str(self._rng.randint(1850, 2030))

    def _url(self, language: str) -> str:
        rng = self._rng
        return f"https://{rng.choice(('www.', '', 'docs.'))}{rng.choice(WORDS.words)}{rng.choice(WORDS.words)}.{rng.choice(('com', 'org', 'io'))}/{rng.choice(WORDS.words)}"

    def _func(self, language: str) -> str:
        rng = self._rng
        return (
            rng.choice(("get_", "load_", "parse_", "is_", "compute_", "handle_", "to_"))
            + rng.choice(WORDS.words)
            + rng.choice(("", "_list", "_id", "s"))
        )

    def _model(self, language: str) -> str:
        return self.digits(self._rng.choice(("@@-####", "@#### Pro", "@@@ ###", "##@@@-#", "X#", "RTX ####", "@-##0")))

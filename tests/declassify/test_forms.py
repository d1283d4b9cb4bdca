"""What a model makes of a stand-in, and what the user reads instead."""

from __future__ import annotations

import json

import pytest

from gateway.declassify.forms import forms
from gateway.declassify.replaced import Part, PartKind, Replaced
from gateway.declassify.restore import restore


def person(original: str, surrogate: str, *kinds: PartKind) -> Replaced:
    """A name of which each word, or each character group between ``|``, is a part of the next kind."""
    pairs = zip(kinds, original.replace("|", " ").split(), surrogate.replace("|", " ").split(), strict=True)
    parts = tuple(Part(kind, *pair) for kind, *pair in pairs)
    return Replaced("PERSON", original.replace("|", ""), surrogate.replace("|", ""), parts)


MARIA = person("Maria Gonzalez", "Laura Fernandez", "given", "family")
ZHANG = person("张|志强", "李|伟明", "family", "given")
OUYANG = person("欧阳|娜", "司马|婷", "family", "given")
HE = person("Wei Zhang", "Grace He", "given", "family")
BOB = person("Tom Jones", "Robert Price", "given", "family")
MARK = person("Paul Meyer", "Mark May", "given", "family")
PEOPLE = forms([MARIA, ZHANG, OUYANG, HE, BOB, MARK])
OTHERS = forms(
    [
        Replaced("EMAIL_ADDRESS", "Maria.G@Mail.test", "laura.f@example.com"),
        Replaced("API_KEY", "sk-aBc", "sk-xYz"),
        Replaced("CREDIT_CARD", "4012 8888", "4111 2222"),
        Replaced("PHONE_NUMBER", "+49-30-1234", "+49-30-9876"),
        Replaced("STREET_ADDRESS", "5 Main St\nSpringfield", "9 Elm Rd\nVille"),
        Replaced("ORGANIZATION", "Acme Ltd", "Bolt Ltd"),
        Replaced("ORGANIZATION", "北方科技有限公司", "星辰科技有限公司"),
        Replaced("LOCATION", "Springfield", "Marsh"),
        Replaced("DATE_TIME", "1961-05-03", "1960-02-09"),
        Replaced("DATE_OF_BIRTH", "1961年5月3日", "1960年2月9日"),
        Replaced("PERSON", "O'Neil", "O'Hara"),
        Replaced("PASSWORD", "hunter2", "<PASSWORD_1>"),
    ]
)


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        # Case
        ("LAURA FERNANDEZ", "MARIA GONZALEZ"),
        ("laura fernandez", "maria gonzalez"),
        ("LAURA", "MARIA"),
        ("hi laura,", "hi maria,"),
        ("Laura fernandez", "Maria Gonzalez"),
        # Width, typography, white space
        ("Ｌａｕｒａ Fernandez", "Maria Gonzalez"),
        ("Laura\u00a0Fernandez", "Maria\u00a0Gonzalez"),
        ("Laura\n  Fernandez", "Maria\n  Gonzalez"),
        # Endings
        ("Laura's, Laura’s", "Maria's, Maria’s"),
        ("Laura Fernandez's", "Maria Gonzalez's"),
        ("Fernandez' and the Fernandezes", "Gonzalez' and the Gonzalezes"),
        ("two Lauras", "two Marias"),
        ("Mrs Roberts", "Mrs Roberts"),
        # A given name alone
        ("Dear Laura,", "Dear Maria,"),
        ("Laura, Anna", "Maria, Anna"),
        ("Laura I know", "Maria I know"),
        ("Laura Is Here", "Maria Is Here"),
        ("Hi Laura\nThank you", "Hi Maria\nThank you"),
        ("Laura Dern", "Laura Dern"),
        ("Laura O'Brien", "Laura O'Brien"),
        ("LAURA DERN", "LAURA DERN"),
        ("Anna-Laura and Laura-Marie", "Anna-Laura and Laura-Marie"),
        ("Laura-style", "Maria-style"),
        ("Laurah, Claura, Laura2", "Laurah, Claura, Laura2"),
        # A family name alone
        ("Mrs. Fernandez, Dr Fernandez, Señora Fernandez, Frau Fernandez", None),
        ("our CEO Fernandez", None),
        ("Fernandez came. Fernandez went, and Fernandez stayed", None),
        ("When Fernandez came", None),
        ("About Fernandez", None),
        ("Anna Fernandez", "Anna Fernandez"),
        ("I know Xiaoming Fernandez", "I know Xiaoming Fernandez"),
        ("J. Fernandez", "J. Fernandez"),
        ("anna fernandez", "anna fernandez"),
        ("Fernandez-Smith", "Fernandez-Smith"),
        # Parts in another order, initials
        ("Fernandez, Laura", "Gonzalez, Maria"),
        ("Fernandez Laura", "Gonzalez Maria"),
        ("L. Fernandez, Laura F., signed L.F.", "M. Gonzalez, Maria G., signed M.G."),
        ("J. L. Fernandez, J.L.F.", "J. L. Fernandez, J.L.F."),
        # Markup between the words
        ("**Laura** Fernandez", "**Maria** Gonzalez"),
        ("*Laura*\nFernandez", "*Maria*\nGonzalez"),
        ("`Laura` Fernandez", "`Maria` Gonzalez"),
        # Handles
        (
            "laura_fernandez, LAURA_FERNANDEZ, laura.fernandez@mail.test",
            "maria_gonzalez, MARIA_GONZALEZ, maria.gonzalez@mail.test",
        ),
        ("laurafernandez, fernandez-laura.pdf", "mariagonzalez, gonzalez-maria.pdf"),
        # Chinese
        ("李伟明先生说", "张志强先生说"),
        ("李先生、李总、李總、李医生、李老师", "张先生、张总、张總、张医生、张老师"),
        ("小李和老李", "小张和老张"),
        ("司马女士", "欧阳女士"),
        ("伟明你好，和伟明说", "志强你好，和志强说"),
        ("关于伟明", "关于志强"),
        ("王伟明、欧阳伟明", "王伟明、欧阳伟明"),
        ("李总理", "李总理"),
        ("李子和行李，婷", "李子和行李，婷"),
        ("请找Laura谈", "请找Maria谈"),
        # Names that are everyday words
        ("He said that he has grace. Price it!", "He said that he has grace. Price it!"),
        ("Mr He and Dr. Price", "Mr Zhang and Dr. Jones"),
        ("Mark the date: 3 May, in May", "Mark the date: 3 May, in May"),
        ("Dear Mark, we told Mark and Grace", "Dear Paul, we told Paul and Wei"),
        ("Mark May", "Paul Meyer"),
        ("Best regards,\nMark", "Best regards,\nPaul"),
        ("First,\nMark the date", "First,\nMark the date"),
    ],
)
def test_a_name_comes_back_where_it_is_certain(written: str, restored: str | None) -> None:
    meant = written.replace("Fernandez", "Gonzalez") if restored is None else restored
    assert restore(written, PEOPLE) == meant


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("LAURA.F@EXAMPLE.COM", "Maria.G@Mail.test"),
        ("SK-XYZ, sk-xyz", "sk-aBc, sk-aBc"),
        ("４１１１ ２２２２", "4012 8888"),
        ("4111\n  2222", "4012 8888"),
        (f"4111{5 * ' '}2222, 9\n   Elm Rd Ville", "4012 8888, 5\n   Main St Springfield"),
        ("4111 22222, 14111 2222", "4111 22222, 14111 2222"),
        ("+49‑30–9876", "+49-30-1234"),
        ("9 Elm Rd Ville, 9 Elm Rd\n\tVille", "5 Main St Springfield, 5 Main St\n\tSpringfield"),
        ("Bolt. It is Bolt, not bolt", "Acme. It is Acme, not bolt"),
        ("I saw Usain Bolt, Bolt Street", "I saw Usain Bolt, Bolt Street"),
        ("星辰科技说，星辰科技公司说", "北方科技说，北方科技公司说"),
        ("BOLT LTD, Bolt Ltd's", "ACME LTD, Acme Ltd's"),
        ("in Marsh, marsh", "in Springfield, marsh"),
        ("于1960年2月9日生", "于1961年5月3日生"),
        ("1960-02-09T10:20:00Z, 1960-02-091, 1960-02-09TX", "1961-05-03T10:20:00Z, 1960-02-091, 1960-02-09TX"),
        ("O’Hara", "O'Neil"),
        ("<PASSWORD_1> <password_1> <PASSWORD_12> <PASSWORD_7>", "hunter2 hunter2 <PASSWORD_12> <PASSWORD_7>"),
        ("〈PASSWORD_1〉", "〈PASSWORD_1〉"),
    ],
)
def test_other_values_come_back_as_they_were(written: str, restored: str) -> None:
    assert restore(written, OTHERS) == restored


def test_a_part_that_two_people_share_is_left_alone() -> None:
    table = forms([MARIA, person("Eva Weber", "Laura Schmidt", "given", "family")])
    assert restore("Laura met Mr Fernandez and L.F.", table) == "Laura met Mr Gonzalez and M.G."
    assert restore("Laura Schmidt", table) == "Eva Weber"


def test_a_part_that_two_people_share_and_that_means_the_same_comes_back() -> None:
    table = forms([MARIA, person("Eva Gonzalez", "Nora Fernandez", "given", "family")])
    assert restore("the Fernandezes: Laura and Nora", table) == "the Gonzalezes: Maria and Eva"


def test_an_exact_stand_in_beats_a_derived_form() -> None:
    table = forms([MARIA, Replaced("PERSON", "Eva", "Laura")])
    assert restore("Laura", table) == "Eva"
    assert restore("LAURA", table) == "LAURA"


def test_case_variants_of_one_value_come_back_in_their_case() -> None:
    table = forms([Replaced("PERSON", "MARIA GONZALEZ", "LAURA FERNANDEZ"), MARIA])
    assert restore("LAURA FERNANDEZ, Laura Fernandez, laura fernandez", table) == (
        "MARIA GONZALEZ, Maria Gonzalez, maria gonzalez"
    )


def test_several_given_names_may_stand_alone_or_together() -> None:
    name = Replaced(
        "PERSON",
        "Anna Sophie van Dam",
        "Nora Lien van Beek",
        (Part("given", "Anna Sophie", "Nora Lien"), Part("family", "van Dam", "van Beek")),
    )
    table = forms([name])
    assert restore("Nora Lien, Nora, Mevrouw van Beek, Nora van Beek", table) == (
        "Anna Sophie, Anna, Mevrouw van Dam, Anna van Dam"
    )
    assert restore("Nora Lien Smith", table) == "Nora Lien Smith"


def test_masked_and_removed_values_never_come_back() -> None:
    table = forms([Replaced("PERSON", "Maria", "*****", reversible=False), Replaced("PERSON", "Eva", "")])
    assert restore("***** and ", table) == "***** and "


def test_what_was_put_there_is_not_looked_at_again() -> None:
    table = forms([Replaced("LOCATION", "Nora Street", "Elm Street"), Replaced("PERSON", "Elm", "Nora")])
    assert restore("Elm Street, Nora", table) == "Nora Street, Elm"


SECRET = forms([Replaced("PASSWORD", 'say "张"\\\n', "nina"), ZHANG, Replaced("PASSWORD", "abc", 'x"y\\z')])


@pytest.mark.parametrize("ascii_only", [True, False])
def test_in_json_the_document_stays_valid(ascii_only: bool) -> None:
    sent = {"to": "\nnina\t李伟明", "path": "C:\\nina", "key": 'x"y\\z', "list": ["nina", "nina2", "\u00e9nina"]}
    answer = restore(json.dumps(sent, ensure_ascii=ascii_only), SECRET.in_json())
    assert json.loads(answer) == {
        "to": '\nsay "张"\\\n\t张志强',
        "path": 'C:\\say "张"\\\n',
        "key": "abc",
        "list": ['say "张"\\\n', "nina2", "\u00e9nina"],
    }


def test_in_json_a_stand_in_stays_within_its_string_and_word() -> None:
    table = forms([Replaced("PASSWORD", "secret", 'a","b'), Replaced("PERSON", "Eva", "Zoe")], escaped=True)
    sent = '["a","b", "x\\u005aoe", "\\u005aoe", "a\\",\\"b"]'
    assert restore(sent, table) == '["a","b", "x\\u005aoe", "Eva", "secret"]'


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("\\u674e\\u4f1f\\u660e", "\\u5f20\\u5fd7\\u5f3a"),
        ('print("\\u674e\\u4f1f\\u660e")', 'print("\\u5f20\\u5fd7\\u5f3a")'),
        ("print('Hi\\n李伟明')", "print('Hi\\n张志强')"),
        ('x\\"y\\\\z', "abc"),
        ("C:\\Users\\nina\\x", 'C:\\Users\\say "张"\\\n\\x'),
        ("'a\\nnina'", "'a\\nsay \"张\"\\\n'"),
    ],
)
def test_outside_json_an_escaped_stand_in_gets_an_escaped_original(written: str, restored: str) -> None:
    assert restore(written, SECRET) == restored


def test_many_backslashes_have_one_meaning() -> None:
    table = forms([Replaced("PASSWORD", "secret", "\\" * 40)])
    assert restore("\\" * 79, table) == "secret" + "\\" * 39
    assert restore("\\" * 80, table) == restore("\\" * 80, table.in_json()) == "secret"


def test_a_korean_given_name_is_somebody_elses_behind_another_family_name() -> None:
    name = Replaced("PERSON", "김민수", "박지훈", (Part("family", "김", "박"), Part("given", "민수", "지훈")))
    assert restore("지훈 씨는 박지훈입니다. 김지훈", forms([name])) == "민수 씨는 김민수입니다. 김지훈"


def test_no_value_shows_in_a_table() -> None:
    assert "Laura" not in repr(PEOPLE)
    assert "Maria" not in repr((PEOPLE.root, PEOPLE))


MORGAN = person("Tom Jones", "Robert Morgan", "given", "family")
FAMILIES = forms([MORGAN, person("Ana Weber", "Laura Fernandez", "given", "family"), BOB])


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("the Morgans, THE MORGANS' house, the Robert Morgans", "the Joneses, THE JONESES' house, the Tom Joneses"),
        ("both Morgans, the young Morgans", "both Joneses, the young Joneses"),
        ("the Fernandezes, the Fernandezes'", "the Webers, the Webers'"),
        ("Morgan's, Fernandez's", "Jones's, Weber's"),
        ("the Prices, the Morganses, the Morganses'", None),
    ],
)
def test_a_family_keeps_its_plural(written: str, restored: str | None) -> None:
    assert restore(written, FAMILIES) == (written if restored is None else restored)


def test_in_json_a_plural_stays_within_its_string() -> None:
    assert restore('["the Morgans", "the Morgan\\u0073"]', FAMILIES.in_json()) == '["the Joneses", "the Jones\\u0073"]'


VINCENT = Replaced(
    "PERSON",
    "Anton de Vries",
    "Vincent van Morgen",
    (Part("given", "Anton", "Vincent"), Part("family", "de Vries", "van Morgen"), Part("family", "Vries", "Morgen")),
)
PARTICLES = forms([VINCENT, MARIA])


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("Vincent van Morgen, Vincent Van Morgen", "Anton de Vries, Anton de Vries"),
        ("**Vincent** van Morgen, van Morgen, Vincent", "**Anton** de Vries, de Vries, Anton"),
        ("Vincent, Dear Vincent, meneer van Morgen, Mr Morgen", "Anton, Dear Anton, meneer de Vries, Mr Vries"),
        ("V. van Morgen", "A. de Vries"),
        ("Vincent vanished, Vincent van 3, Laura de facto", "Anton vanished, Anton van 3, Maria de facto"),
        ("Laura van Morgen, J. van Morgen, Laura Van Morgen", None),
        ("Laura van Dyke, Laura de la Cruz, Laura von Stein, Laura Van Dyke, Laura De La Cruz", None),
    ],
)
def test_particles_belong_to_the_name(written: str, restored: str | None) -> None:
    assert restore(written, PARTICLES) == (written if restored is None else restored)


TWO = forms([MARIA, MORGAN, ZHANG, person("王|建军", "吕|志华", "family", "given")])


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("Laura–Robert, Laura – Robert, Laura—Robert", "Maria–Tom, Maria – Tom, Maria—Tom"),
        ("Fernandez–Morgan, Laura Fernandez–Robert Morgan", "Gonzalez–Jones, Maria Gonzalez–Tom Jones"),
        ("Laura/Robert, Fernandez/Morgan, Laura & Robert", "Maria/Tom, Gonzalez/Jones, Maria & Tom"),
        ("Laura和Robert、Laura", "Maria和Tom、Maria"),
        ("伟明和志华、伟明/志华，李先生和吕女士、李总/吕总", "志强和建军、志强/建军，张先生和王女士、张总/王总"),
        ("Laura-Robert, Laura‑Robert, Anna-Robert", None),
    ],
)
def test_what_stands_between_two_people_is_no_part_of_their_names(written: str, restored: str | None) -> None:
    assert restore(written, TWO) == (written if restored is None else restored)


SURNAMES = forms(
    [
        person("王|建军", "吕|志华", "family", "given"),
        person("赵|敏", "方|琳", "family", "given"),
        person("钱|进", "高|琳", "family", "given"),
    ]
)


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("吕 先生、吕\u3000女士", "王 先生、王\u3000女士"),
        ("我姓吕，吕姓男子，姓吕的，免贵姓吕", "我姓王，王姓男子，姓王的，免贵姓王"),
        ("吕某、吕某某、吕老师、吕总、吕哥、吕同志", "王某、王某某、王老师、王总、王哥、王同志"),
        ("患者吕先生，联系人吕女士，这位吕先生，找一下吕经理", "患者王先生，联系人王女士，这位王先生，找一下王经理"),
        ("百姓高兴，高姓大名，方姓名，双方姓名", None),
        ("客户方经理，双方 律师，单位方经理，三方律师", None),
        ("吕 总和吕家，吕布，吕不韦", None),
    ],
)
def test_a_chinese_family_name_comes_back_where_somebody_is_called_so(written: str, restored: str | None) -> None:
    assert restore(written, SURNAMES) == (written if restored is None else restored)


def test_half_of_a_double_surname_is_another_name() -> None:
    table = forms([person("王|敏", "欧|琳", "family", "given"), person("李|敏", "和|琳", "family", "given")])
    assert restore("姓欧阳，姓欧，和老师说，和 老师", table) == "姓欧阳，姓王，和老师说，和 老师"

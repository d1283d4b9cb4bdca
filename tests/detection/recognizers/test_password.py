"""Passwords in prose, code and command lines; talk about passwords is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.password import PasswordRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the wifi password is Sunflower42!", "Sunflower42!"),
        ("wifi password: sunflower42", "sunflower42"),
        ("my password is hunter2 and I can't log in", "hunter2"),
        ('Password for the admin panel is "letmein-please"', "letmein-please"),
        ("pwd: Zx8!kd0", "Zx8!kd0"),
        ("pass: Summer2024!", "Summer2024!"),
        ("login with admin / Hunter2!", "Hunter2!"),
        ("Log in as root with password Tr0ub4dor&3", "Tr0ub4dor&3"),
        ("username: bob, password: bobRules99", "bobRules99"),
        ("user bob password bobRules99", "bobRules99"),
        ("数据库密码是Root@2023，请检查", "Root@2023"),
        ("密码：qwe123456", "qwe123456"),
        ("我的支付宝密码为abc88997766", "abc88997766"),
        ("口令是 open-sesame-77", "open-sesame-77"),
        ("my password is capital Z e b r a nine", "capital Z e b r a nine"),
        ("the passcode for the shed is k-i-t-e-4", "k-i-t-e-4"),
        ("密码是大写Z，然后ebra，数字9", "大写Z，然后ebra，数字9"),
        ("账号admin密码Admin@888", "Admin@888"),
        ("wifi密码 88776655aa", "88776655aa"),
        ("登录密码改成了Xy990011", "Xy990011"),
        ("la contraseña es Gatito2020", "Gatito2020"),
        ("contraseña: perro!89", "perro!89"),
        ("le mot de passe est Soleil#75", "Soleil#75"),
        ("mot de passe : Soleil#75", "Soleil#75"),
        ("das Passwort lautet Regen_4711x", "Regen_4711x"),
        ("Passwort: Regen4711", "Regen4711"),
        ("a senha é Floripa@22", "Floripa@22"),
        ("senha: Floripa22", "Floripa22"),
        ("пароль: Zima2023!", "Zima2023!"),
        ("мой пароль Zima2023!", "Zima2023!"),
        ("パスワードはSakura#77です", "Sakura#77"),
        ("비밀번호는 seoul!2024 입니다", "seoul!2024"),
        ("비밀번호: seoul2024!", "seoul2024!"),
        ("DB_PASSWORD=letmein", "letmein"),
        ("POSTGRES_PASSWORD: orders_rw_pw1", "orders_rw_pw1"),
        ("db.password=Winter#19", "Winter#19"),
        ("spring.datasource.password=Winter#19", "Winter#19"),
        ('password = "correcthorse"', "correcthorse"),
        ("const dbPassword = 'Winter#19';", "Winter#19"),
        ('conn = psycopg2.connect(host="db", user="app", password="s3cr3tpw")', "s3cr3tpw"),
        ('"password": "p4ss-W0rd!"', "p4ss-W0rd!"),
        ("<password>Winter#19</password>", "Winter#19"),
        ('<add key="DbPassword" value="Winter#19" />', "Winter#19"),
        ('administrator_login_password = "thisIsNotGood1"', "thisIsNotGood1"),
        ("mysql -u root -pWinter19x shop", "Winter19x"),
        ("sshpass -p 'Winter#19' ssh root@host", "Winter#19"),
        ("PGPASSWORD=Winter19 psql -h db", "Winter19"),
        ("CREATE USER app IDENTIFIED BY 'Winter#19';", "Winter#19"),
        ("ALTER ROLE app WITH LOGIN PASSWORD 'Winter#19';", "Winter#19"),
        ('ConvertTo-SecureString "Winter#19" -AsPlainText -Force', "Winter#19"),
        ("machine api.firm.com login bob password Winter19", "Winter19"),
        ("redis-cli -a Winter19x ping", "Winter19x"),
        ("requirepass Winter19xyz", "Winter19xyz"),
        ("mein Kennwort ist Regen4711!", "Regen4711!"),
        ("hasło: Zima2023!", "Zima2023!"),
        ("the login is bob@firm.com and the password is Winter19", "Winter19"),
        ("root password -> toor1234", "toor1234"),
        ("password=Winter19&user=bob", "Winter19"),
        ("pw: Winter19", "Winter19"),
        ("my password is hunter2, don't tell", "hunter2"),
        ('The password for the router is "swordfish".', "swordfish"),
        ("pwd: Tr0ub4dor&3", "Tr0ub4dor&3"),
        ("DB_PASSWORD=s3cr3t!pass9", "s3cr3t!pass9"),
        ("密码是abc12345。", "abc12345"),
        ("口令：Xy_8832", "Xy_8832"),
        ("the login is now Blue42Fish", "Blue42Fish"),
    ],
)
def test_passwords(found: Find, text: str, expected: str) -> None:
    assert found(PasswordRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "I forgot my password",
        "your password is incorrect",
        "Password is required",
        "the password was reset yesterday",
        "password: string;",
        "password: z.string().min(8)",
        "password = input('Password: ')",
        "password=os.environ['DB_PASSWORD']",
        "password: ${DB_PASSWORD}",
        'password = "YOUR_PASSWORD"',
        "PASSWORD=changeme",
        "user.password = form.password",
        "密码是什么？",
        "如何修改密码",
        "忘记密码怎么办？密码错误请重试",
        "密码长度为8到16位",
        "postgres://user:password@localhost/db",
        "password_hash VARCHAR(255)",
        "password: {{ .Values.db.password }}",
        "Password=<your password>;",
        "db_password = getpass.getpass()",
        "password: str = Field(min_length=8)",
        "password = models.CharField(max_length=128)",
        "def login(username: str, password: str) -> Token:",
        '<input type="password" name="password" placeholder="Enter password">',
        "The password must contain at least one digit.",
        'password = "123456"',
        "PASSWORD=password",
        "password_hash = bcrypt.hashpw(password, salt)",
        "the password is stored in the vault",
        "what is a strong password?",
        'passenger: "Boeing747-400ER"',
        'bypass = "CVE-2024-12345"',
        'authUrl = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"',
        "请输入密码：",
        'forgotPassword: "Forgotten?"',
        "解释一下遗传密码(Genetic Code)的简并性",
    ],
)
def test_talk_and_placeholders_are_left_alone(found: Find, text: str) -> None:
    assert found(PasswordRecognizer(), text) == []

"""The words of forms: what fields are called in the languages served, and what stands in forms that nobody filled.

Data for `labels` and `field_values`; entries are set apart by semicolons, in small letters.
"""

from __future__ import annotations


def listed(words: str) -> list[str]:
    """The entries of one of the lists below."""
    return [word for part in words.split(";") if (word := " ".join(part.split()))]


NAMES = """
full name; first name; last name; given name; given names; family name; surname; middle name; maiden name; fname;
lname; firstname; lastname; fullname; forename; legal name; preferred name; patient; patient name; client name;
customer name; employee; employee name; contact person; contact name; emergency contact; next of kin; applicant;
applicant name; cardholder; cardholder name; name on card; account holder; account name; beneficiary;
beneficiary name; recipient; recipient name; tenant; landlord; student; student name; pupil; guardian; parent;
spouse; mother's name; father's name; guest; guest name; passenger; passenger name; patient's name; owner name;
attendee; donor; insured; policyholder; signatory; witness; victim; suspect; defendant; plaintiff; candidate name;
staff name; teacher name; driver name; debtor; 姓名; 真实姓名; 联系人; 收件人; 收货人; 寄件人; 发件人; 患者; 病人;
客户姓名; 户主; 户名; 持卡人; 申请人; 开户人; 负责人; 法定代表人; 法人; 学生; 家长; 监护人; 紧急联系人; 借款人;
担保人; 被保险人; 投保人; 受益人; 当事人; 投诉人; 被投诉人; 举报人; 报案人; 员工; 业主; 车主; 租客; 承租人; 出租人;
房东; 配偶; 委托人; 代理人; 证明人; 应聘者; 候选人; 参会人; 旅客; 乘客; 经办人; 教师; 老师; 收款人; 付款人; 病患;
死者; 伤者; 宝宝姓名; 孩子姓名; 父亲姓名; 母亲姓名; 聯絡人; 收件者; 申請人; 監護人; 業主; 病患姓名; 客戶姓名;
學生姓名; nombre completo; nombres; apellido; apellidos; nombre y apellidos; paciente; nom complet; prénom; prenom;
nom de famille; vorname; nachname; familienname; name, vorname; ansprechpartner; patientin; kunde; mieter;
nome completo; sobrenome; nome e cognome; cognome; 氏名; お名前; ご氏名; 患者名; 担当者名; 顧客名; 성명; 성함;
환자명; 고객명; 수취인; фио; фамилия; имя; отчество; пациент; imię; nazwisko; imię i nazwisko; voornaam; achternaam;
ad soyad
"""
WEAK_NAMES = """
name; first; last; given; family; middle; contact; owner; client; customer; user; person; member; holder; 姓; 名;
名字; 名称; nombre; nom; nome; titular; cliente; nimi; navn; namn; imie; 名前; 이름; 姓 名; candidate; teacher;
driver; author
"""
"""Labels of names, and of many other things."""
PHONES = """
phone; phone number; telephone; tel; mobile; mobile number; cell; cell phone; cellphone; fax; whatsapp;
contact number; contact no; phone no; home phone; work phone; emergency phone; 电话; 联系电话; 手机; 手机号;
手机号码; 联系方式; 电话号码; 座机; 固定电话; 传真; 電話; 手機; 行動電話; 聯絡電話; teléfono; telefono; móvil;
celular; téléphone; portable; telefon; handy; mobiltelefon; telefone; 電話番号; 携帯電話; 携帯; 전화; 전화번호;
연락처; 휴대폰; 휴대전화; телефон; моб; cellulare; telefoon; gsm
"""
ADDRESSES = """
address; home address; street; street address; mailing address; shipping address; billing address; residence; 地址;
住址; 家庭住址; 居住地址; 通讯地址; 收货地址; 联系地址; 户籍地址; 现住址; 住所; 通訊地址; dirección; direccion;
domicilio; adresse; anschrift; wohnort; endereço; endereco; indirizzo; 주소; адрес; adres; straße; strasse; rue
"""
BIRTHS = """
dob; d.o.b; date of birth; birth date; birthdate; birthday; born; 出生日期; 出生年月; 生日; 出生;
fecha de nacimiento; date de naissance; geburtsdatum; geburtstag; data de nascimento; data di nascita; 生年月日;
생년월일; дата рождения; geb
"""
IDENTITIES = """
ssn; social security number; social security no; social security; national id; national insurance number; nino;
id number; id no; id card; id card number; identity number; identity card; government id; tax id; tin; mrn;
medical record number; patient id; patient number; health card; medicare number; insurance number; policy number;
nhs number; 身份证; 身份证号; 身份证号码; 证件号; 证件号码; 身份证件号; 公民身份号码; 社保号; 社会保障号; 医保号;
医保卡号; 病历号; 住院号; 门诊号; 身分證字號; 身分證; 身份證; dni; nif; nie; cpf; rg; curp; rut; nir;
personalausweisnummer; steuer-id; sozialversicherungsnummer; codice fiscale; マイナンバー; 個人番号; 주민등록번호;
주민번호; снилс; инн; pesel; bsn; aadhaar; aadhaar number; pan number
"""
PASSPORTS = """
passport; passport number; passport no; passport #; 护照; 护照号; 护照号码; 護照號碼; pasaporte; passeport;
reisepass; passnummer; passaporte; パスポート番号; 여권번호; паспорт
"""
LICENSES = """
driver license; driver's license; drivers license; driving licence; licence number; dl number; 驾驶证号; 驾照号;
驾驶证; führerschein; licencia de conducir; permis de conduire; cnh; 運転免許証; 운전면허번호
"""
ACCOUNTS = """
account number; account no; bank account; acct; acct no; iban; sort code; routing number; card number; 银行卡;
银行卡号; 卡号; 银行账号; 账号; 开户账号; 收款账号; 銀行帳號; cuenta bancaria; kontonummer; 口座番号; 계좌번호; р/с
"""
AMOUNTS = """
salary; base salary; gross pay; net pay; wage; wages; bonus; income; annual income; debt; arrears; balance due;
credit score; 工资; 薪资; 月薪; 年薪; 薪酬; 实发; 实发工资; 应发工资; 奖金; 收入; 月收入; 欠费; 欠款; 余额; 薪水;
基本工资; salario; sueldo; salaire; gehalt; lohn; nettolohn; salário; stipendio; 給与; 年収; 급여; 연봉; зарплата;
оклад
"""
CONDITIONS = """
diagnosis; diagnoses; medical condition; medication; medications; allergy; allergies; symptoms;
treatment; reason for absence; sick leave reason; disability; blood type; hba1c; hiv status; test result; 诊断;
初步诊断; 病情; 疾病; 过敏; 过敏史; 病史; 既往史; 用药; 症状; 病假原因; 请假原因; 残疾证; 心理测评结果; 测评结果;
检查结果; 血型; diagnóstico; diagnostic; diagnose; diagnosi; 病名; 診断; 진단; диагноз
"""
SECRETS = """
password; passwd; pwd; pass; pin; passcode; 密码; 口令; 密碼; contraseña; mot de passe; passwort; senha; key;
api key; token; secret
"""
BESIDES = """
email; e-mail; email address; mail; age; gender; sex; nationality; occupation; job title; position; department;
employer; marital status; emp id; employee id; staff id; student id; role; room; grade; class; seat; hire date;
start date; 邮箱; 电子邮箱; 电子邮件; 年龄; 性别; 民族; 国籍; 职业; 职务; 职位; 部门; 岗位; 婚姻状况; 学历;
籍贯; 微信; 微信号; qq; 工号; 学号; 班级; 床号; 病床号; 房号; 车位; 序号; 备注; 人口; 低保; correo; edad; sexo;
courriel; âge; sexe; alter; geschlecht; idade; età; 年齢; 性別; メール; 나이; 성별; 이메일; возраст; пол; почта
"""
"""What people have besides: a name beside one of these is a person's."""
INVENTED = """
age; gender; sex; occupation; role; class; grade; job title; position; race; nationality; alter; geschlecht; edad; sexo;
âge; sexe; 年龄; 性别; 职业; 班级; 年齢; 性別; 나이; 성별; возраст; пол
"""
"""What characters of stories and games have as well."""
NOBODY = """
mr; mrs; ms; dr; prof; herr; frau;
john doe; jane doe; john smith; jane smith; jane roe; richard roe; foo bar; foo; bar; test user; test; user; admin;
first last; firstname lastname; max mustermann; erika mustermann; jean dupont; mario rossi; juan pérez; string; str;
text; varchar; integer; int; optional; required; none; null; true; false; yes; no; n/a; na; unknown; anonymous;
char; any; type; value; default; number; date; boolean; object; array; unsigned; not null; self; this; undefined;
nil; 公司; 匿名; 姓名; 张三; 李四; 王五; 某某; 无; 是; 否; 正常; 未知; 必填; 选填; 某某某; 赵六; 小明; 小红;
山田太郎; 홍길동; alice; bob; eve; carol
"""
"""What stands for a name in examples, or says that there is none."""
NOTHING = """
none; no; nil; n/a; na; -; 无; 正常; 否; 没有; 暂无; yes; 有; unknown; null; keine; ninguna; aucune; なし; 없음;
нет
"""

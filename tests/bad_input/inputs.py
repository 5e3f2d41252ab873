"""What somebody may type, paste or forge (S4b): one table for every field, id and parameter."""

MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
TEMPLATE = "{{ 7|add:123456783 }}{% debug %}{# x #}"
EVALUATED = "123456790"

UNREADABLE = {
    "NUL": b"a\x00b",
    "U+FFFD": "a\ufffdb".encode(),
    "bytes that are not UTF-8": b"a\xff\xfeb",
    "a truncated character": b"a\xe2\x82",
    "an overlong slash": b"\xc0\xaf",
    "a lone surrogate": b"a\xed\xa0\x80b",
    "a surrogate pair as two characters": b"\xed\xa0\xbd\xed\xb8\x80",
    "latin-1": "é".encode("latin-1"),
    "UTF-16": "abc".encode("utf-16"),
}
"""Bytes that are a 400 wherever they stand (Product rules, section 8)."""

TEXTS = {
    "nothing": "",
    "blanks": "   ",
    "one character": "x",
    "255 characters": "x" * 255,
    "256 characters": "x" * 256,
    "4,000 characters": "x" * 4_000,
    "markup": MARKUP,
    "character references": "&lt;script&gt;&#60;b&#62;",
    "template braces": TEMPLATE,
    "a format": "%(computer)s %s %n {0} {user.password}",
    "a path": "../../../../etc/passwd",
    "another path": "..\\..\\..\\C:\\boot.ini",
    "an address elsewhere": "https://evil.example/licenses/",
    "a protocol-relative address": "//evil.example",
    "an address with a backslash": "/\\evil.example",
    "a script as an address": "javascript:alert(1)",
    "SQL": "' OR 1=1; DROP TABLE licenses_license; --",
    "a number beyond 8 bytes": "9" * 30,
    "a negative number": "-1",
    "zero": "0",
    "an endless number": "1e309",
    "not a number": "NaN",
    "false": "false",
    "a list": "[]",
    "JSON": '{"computer_id": {"$ne": null}}',
    "a UUID that is nobody's": "018f0000-0000-7000-8000-000000000000",
    "a UUID of zeros": "00000000-0000-0000-0000-000000000000",
    "a UUID in braces": "{018f0000-0000-7000-8000-000000000000}",
    "right-to-left": "\u05d0\u05d1 \u202egnirts\u202c",
    "zero width": "a\u200bb\u2060c\ufeff",
    "many accents": "Z" + "\u0301" * 80,
    "emoji": "👩‍🔬🇩🇪",
    "control characters": "a\x1b[31mb\x07",
    "line breaks": "a\r\nSet-Cookie: theme=dark\r\n\r\nb",
    "a tab": "a\tb",
    "odd blanks": "\u00a0a\u3000b\u2028c",
    "private use": "a\ue000b",
    "no character at all": "a\uffffb",
    "a capital that folds to two letters": "İSTANBUL-ß",
    "a spreadsheet's formula": "=HYPERLINK(1)",
    "a thousand brackets": "(" * 1_000 + ")" * 1_000,
}
"""Texts that can be read; each field says itself which of them are fine with it."""

HUGE = "x" * 10_000_000

"""Mail domains: their one form, and the public ones, which belong to no organization."""

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PUBLIC_MAIL_DOMAINS = (
    "126.com 163.com aol.com arcor.de att.net bluewin.ch bol.com.br btinternet.com comcast.net cox.net "
    "duck.com email.cz fastmail.com fastmail.fm free.fr freemail.hu freenet.de gmail.com gmx.at gmx.ch gmx.com "
    "gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it icloud.com "
    "inbox.lv interia.pl laposte.net libero.it live.co.uk live.com live.de live.fr live.nl mac.com mail.com "
    "mail.de mail.ru mailbox.org me.com msn.com naver.com o2.pl onet.pl online.de op.pl orange.fr outlook.at "
    "outlook.com outlook.de outlook.fr pm.me posteo.de proton.me protonmail.com qq.com rambler.ru rocketmail.com "
    "sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com t-online.de telenet.be tiscali.it tuta.com "
    "tutanota.com uol.com.br verizon.net virgilio.it wanadoo.fr web.de wp.pl yahoo.co.jp yahoo.co.uk yahoo.com "
    "yahoo.de yahoo.fr yahoo.it yandex.com yandex.ru ymail.com zoho.com"
).split()


def normalize_domain(domain: str) -> str:
    """Return `domain` in lower case and IDNA form; raise ValidationError for what is no mail domain.

    Public mail domains such as gmail.com are refused: they belong to no organization
    (Product rules, section 2).
    """
    try:
        normalized = idna.encode(domain.strip().lstrip("@"), uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise ValidationError(_("Enter a mail domain such as example.com."), code="invalid") from None
    if "." not in normalized:
        raise ValidationError(_("Enter a mail domain such as example.com."), code="invalid")
    if normalized in PUBLIC_MAIL_DOMAINS:
        raise ValidationError(
            _("%(domain)s is a public mail domain: anybody can have an address there."),
            code="public",
            params={"domain": normalized},
        )
    return normalized

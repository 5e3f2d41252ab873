"""What Django, or a package, sends by itself goes into the same queue."""

from collections.abc import Sequence
from html import escape

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accounts.letters import Letter
from accounts.mail import queue


class QueueBackend(BaseEmailBackend):
    """Queues messages as notices, one for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages and return their number; one with attachments is refused."""
        for message in email_messages:
            if message.attachments:
                raise ValueError("mails of the portal have no attachments")
            for recipient in message.recipients():
                queue(_letter_of(message), recipient)
        return len(email_messages)


def _letter_of(message: EmailMessage) -> Letter:
    text = str(message.body)
    alternatives = getattr(message, "alternatives", [])
    html = next((str(body) for body, kind in alternatives if kind == "text/html"), f"<pre>{escape(text)}</pre>")
    return Letter(" ".join(str(message.subject).split()), text, html)

"""The mails of a demo, which it keeps for anybody to read; without the demo mark there is no such page."""

import re

import pytest
from django.test import Client

from accounts.delivery import deliver_due
from accounts.demo import forget, mark_as_demo
from accounts.letters import Letter
from accounts.mail import queue, readable_in_demo
from accounts.models import DemoMark, User

LIST = "/demo/mail/"
NEW = "brand new zebra 12"


@pytest.fixture
def demo(client: Client, anna: User) -> None:
    """Make the portal a demo, and the browser one on its own computer."""
    mark_as_demo()
    client.defaults["HTTP_HOST"] = "localhost"


def send(subject: str, text: str = "Hello.\n") -> str:
    """Let the demo keep one more mail; return the path of its page."""
    queue(Letter(subject, text, "<p>Hello.</p>"), "anna@acme.example")
    deliver_due()
    newest = readable_in_demo().first()
    assert newest is not None
    return f"{LIST}{newest.pk}/"


def test_anybody_reads_them_newest_first(client: Client, demo: None) -> None:
    send("The first")
    path = send("The second")
    page = client.get(LIST).content.decode()
    assert page.index("The second") < page.index("The first")
    assert f'href="{path}"' in page
    assert "anna@acme.example" in page
    assert "Hello." in client.get(path).content.decode()


def test_empty_box_says_how_to_fill_it(client: Client, demo: None) -> None:
    assert "No mail yet" in client.get(LIST).content.decode()


def test_every_page_of_a_demo_leads_there(client: Client, demo: None) -> None:
    assert f'href="{LIST}"' in client.get("/accounts/login/").content.decode()


def test_mailed_link_works(client: Client, demo: None, anna: User) -> None:
    client.post("/accounts/password/reset/", {"email": anna.email})
    deliver_due()
    (path,) = re.findall(rf'href="({LIST}\d+/)"', client.get(LIST).content.decode())
    link = re.search(
        r'href="http://127\.0\.0\.1:8000(/accounts/first-password/[^"]+)"', client.get(path).content.decode()
    )
    assert link is not None
    form = client.get(link[1])["Location"]
    assert client.post(form, {"new_password1": NEW, "new_password2": NEW}).status_code == 302


def test_what_a_mail_says_is_text(client: Client, demo: None) -> None:
    path = send("<script>alert(1)</script>", "<img src=x onerror=alert(1)> javascript:alert(1)\n")
    for page in (client.get(LIST).content.decode(), client.get(path).content.decode()):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page


def test_without_the_demo_mark_it_is_as_if_it_did_not_exist(client: Client, anna: User) -> None:
    mark_as_demo()
    path = send("A mail")
    DemoMark.objects.all().delete()
    forget()
    signed_in = Client()
    signed_in.force_login(anna)
    for browser in (client, signed_in):
        for method in ("get", "post", "put", "options"):
            missing = getattr(browser, method)("/nothing/here/")
            for hidden in (getattr(browser, method)(LIST), getattr(browser, method)(path)):
                assert (hidden.status_code, hidden.content) == (404, missing.content)
                assert hidden.headers == missing.headers


def test_mail_that_is_not_there_is_not_found(client: Client, demo: None) -> None:
    for number in ("0", "999999", "9" * 40):
        assert client.get(f"{LIST}{number}/").status_code == 404


def test_mails_are_read_and_nothing_else(client: Client, demo: None) -> None:
    path = send("A mail")
    for address in (LIST, path):
        assert client.head(address).status_code == 200
        answer = client.post(address)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")

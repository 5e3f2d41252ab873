"""A process of the web server has loaded what its first request needs, before it comes."""

from pathlib import Path

from django.conf import settings
from django.template import engines
from django.template.loaders.cached import Loader
from pytest_django import Settings

from qlmportal.warming import warm_up


def test_process_has_read_every_template_of_its_pages_and_asked_the_database_nothing() -> None:
    folder = settings.BASE_DIR / "templates"
    [loader] = engines["django"].engine.template_loaders
    assert isinstance(loader, Loader)
    loader.reset()
    warm_up()
    assert {file.relative_to(folder).as_posix() for file in folder.rglob("*.html")} <= set(loader.get_template_cache)


def test_template_that_cannot_be_read_keeps_no_portal_from_starting(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "broken.html").write_text("{% nonsense %}")
    settings.BASE_DIR, settings.TEMPLATES = tmp_path, [{**settings.TEMPLATES[0], "DIRS": [folder]}]
    warm_up()

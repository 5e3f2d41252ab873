"""Asking by turns: everybody is asked as often, and a walk never sees a page twice."""

from dataclasses import dataclass, field

from bench.asking import WARM_UP_ROUNDS, Walk, by_turns


@dataclass
class Notebook:
    """A visit that writes down that it was asked for, instead of asking a portal."""

    name: str
    asked: list[str] = field(default_factory=list)

    def answer(self) -> bytes:
        self.asked.append(self.name)
        return b""


def test_each_page_is_asked_for_as_often_there_and_back() -> None:
    asked: list[str] = []
    times = by_turns([Notebook("list", asked), Notebook("floor", asked)], rounds=4)
    assert [len(each.milliseconds) for each in times] == [4, 4]
    assert asked[2 * WARM_UP_ROUNDS :] == ["floor", "list", "list", "floor"] * 2


def test_walk_asks_for_another_page_each_time() -> None:
    asked: list[str] = []
    pages = [Notebook(f"page {number}", asked) for number in range(WARM_UP_ROUNDS + 3)]
    by_turns([Walk(pages)], rounds=3)
    assert asked == [page.name for page in pages]

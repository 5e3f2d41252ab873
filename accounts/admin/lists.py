"""Lists of Django's admin: unknown filters, pages and searches find something harmless."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Generic, TypeVar, cast

from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.filters import ListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR, IncorrectLookupParameters
from django.contrib.admin.views.main import ALL_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import cached_property
from django.utils.text import capfirst

from accounts.fields import SHORTEST_PART
from accounts.names import fold

RowT = TypeVar("RowT", bound=Model)

LONGEST_SEARCH = 200
"""More is found nowhere; a search of thousands of words would overwhelm the database."""

_COMPARISONS = frozenset({"exact", "id__exact", "pk__exact", "isnull", "year", "month", "day", "gte", "lt"})
OLDER_THAN = "id__lt"
"""By which the last page of a list that is ordered by age leads to older rows."""
NEWEST_FIRST = ["-id"]
MOST_WORDS = 8
"""Each word that is searched for is a question of its own to several indexes."""
_ALWAYS_KNOWN = {ALL_VAR, IS_POPUP_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR, TO_FIELD_VAR}


MOST_COUNTED = 10_000
"""How many rows of a list are counted and can be turned to from its beginning."""


class Pages(Paginator):  # type: ignore[type-arg]  # generic for type checkers only
    """Pages of rows, of which an unknown one is the first (Product rules, section 8)."""

    def validate_number(self, number: int | float | str) -> int:
        """Return the number of a page that exists."""
        try:
            return super().validate_number(number)
        except InvalidPage:
            return 1


class PagesOfMany(Pages):
    """Pages of a list that may be very long.

    To count a million rows, and to leave out all but the last of them, takes seconds: there are
    pages of the first MOST_COUNTED rows, and `has_more` says whether those are not all.
    """

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, MOST_COUNTED at most."""
        return min(self._counted, MOST_COUNTED)

    @property
    def has_more(self) -> bool:
        """Whether there are rows that are on no page."""
        return self._counted > MOST_COUNTED

    @cached_property
    def _counted(self) -> int:
        rows = cast("QuerySet[Model]", self.object_list)
        return rows.order_by().values("pk")[: MOST_COUNTED + 1].count()


class LongList(ChangeList):
    """A list that leads on to older rows from the last page there is, where it is ordered by age."""

    @property
    def is_by_age(self) -> bool:
        """Whether the newest rows come first."""
        return list(self.model_admin.ordering or ()) == NEWEST_FIRST

    @property
    def older_url(self) -> str:
        """Return the address of rows older than those of the last page; nothing on others, or where there are none."""
        rows = list(self.result_list)
        is_last = self.page_num * self.list_per_page >= self.result_count
        if not (self.is_by_age and is_last and rows and self.paginator.has_more):
            return ""
        return self.get_query_string({OLDER_THAN: rows[-1].pk, PAGE_VAR: None})


class CarefulLists(ModelAdmin, Generic[RowT]):  # type: ignore[type-arg]  # generic for type checkers only
    """The list of one model, and the actions on it.

    `linked` names further lookups that addresses of the list may filter by, besides the
    list's filters: no others, so that nobody finds out by filtering what they cannot see.
    `searched_parts` names columns, kept folded or in lower case, in which each word that is
    searched for may stand, beside the `search_fields` with a comparison of their own.
    """

    linked: ClassVar[frozenset[str]] = frozenset()
    searched_parts: ClassVar[tuple[str, ...]] = ()

    paginator = PagesOfMany
    list_per_page = 50
    list_max_show_all = 0
    show_facets = ShowFacets.NEVER
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[RowT]:
        """Return the rows together with the rows that their labels and columns name."""
        related = self.list_select_related
        rows = super().get_queryset(request)
        return rows if isinstance(related, bool) else rows.select_related(*related)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Return whether addresses of the list may filter by `lookup`.

        Only the comparisons that filters and links use: any other path through the rows would let
        staff find out, letter by letter, what they may not see.
        """
        names = {name for each in self.list_filter if (name := _filter_name(each))} | self.linked
        names |= {self.date_hierarchy} if self.date_hierarchy else set()
        is_known = any(lookup == name or lookup.removeprefix(f"{name}__") in _COMPARISONS for name in names)
        return is_known or lookup == OLDER_THAN

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        """Return the class of the list."""
        return LongList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list; unknown filters and values are ignored (Product rules, section 8)."""
        known = QueryDict(mutable=True)
        always = _ALWAYS_KNOWN if self.get_sortable_by(request) else _ALWAYS_KNOWN - {ORDER_VAR}
        for name, values in request.GET.lists():
            if name in always or self.lookup_allowed(name, "", request):
                known.setlist(name, values)
        request.GET = known  # type: ignore[assignment]  # it is read like the one that came
        try:
            return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup, ValidationError, ValueError, OverflowError):
            request.GET = QueryDict()
            return super().get_changelist_instance(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Show the list, under the name of its rows."""
        title = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[RowT], search_term: str
    ) -> tuple[QuerySet[RowT], bool]:
        """Find nothing by what is too long to be searched for; parts of words by their indexes, word by word."""
        if len(search_term) > LONGEST_SEARCH:
            return queryset.none(), False
        if not self.searched_parts:
            return super().get_search_results(request, queryset, search_term)
        words = dict.fromkeys(search_term.split())
        if len(words) > MOST_WORDS:
            return queryset.none(), False
        for word in words:
            queryset = self._with_word(request, queryset, word)
        return queryset, False

    def _with_word(self, request: HttpRequest, rows: QuerySet[RowT], word: str) -> QuerySet[RowT]:
        """Return those of `rows` with that word, found column by column: an index knows only its own."""
        whole = [Q(**{field: word}) for field in self.search_fields if field.endswith("__exact")]
        parts = [each for column in self.searched_parts for each in _part_of(column, fold(word))]
        return having_any(rows, self.get_queryset(request), whole + parts)

    def get_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., str], str, str] | None]:
        """Return the actions without Django's deletion of many rows: what is deleted is looked at one by one."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def response_action(  # type: ignore[override]  # the types are those of a newer Django
        self, request: HttpRequest, queryset: QuerySet[RowT]
    ) -> HttpResponse | None:
        """Refuse ids that no page of the portal offers."""
        for selected in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(selected)
            except ValidationError:
                raise BadRequest from None
        return super().response_action(request, queryset)


def _part_of(column: str, folded: str) -> list[Q]:
    """Return how a text may stand in a column; one of fewer letters than indexes know has to begin a word.

    What is nothing but signs that fold away stands nowhere.
    """
    if not folded:
        return [Q(pk__in=())]
    if len(folded) < SHORTEST_PART:
        return [Q(**{f"{column}__startswith": folded}), Q(**{f"{column}__contains": f" {folded}"})]
    return [Q(**{f"{column}__contains": folded})]


def part_or_whole(columns: Iterable[str], text: str) -> list[Q]:
    """Return how a text may stand in `columns` that are not kept folded; a short one has to be the whole of it."""
    comparison = "iexact" if len(text) < SHORTEST_PART else "icontains"
    return [Q(**{f"{column}__{comparison}": text}) for column in columns]


def having_any(rows: QuerySet[RowT], among: QuerySet[RowT], found: Sequence[Q]) -> QuerySet[RowT]:
    """Return those of `rows` for which one of the conditions holds, each looked for by itself `among` all there are.

    So each is answered by the index that knows it; of many joined by *or*, the database reads the table.
    """
    arms = [among.filter(each).order_by().values("pk") for each in found]
    return rows.filter(pk__in=arms[0].union(*arms[1:]))


def _filter_name(each: object) -> str:
    """Return what an entry of a list's filters is called in the list's address."""
    if isinstance(each, type) and issubclass(each, ListFilter):
        return str(getattr(each, "parameter_name", "") or "")
    return str(each[0]) if isinstance(each, tuple | list) else str(each)

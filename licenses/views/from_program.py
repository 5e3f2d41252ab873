"""What the vendor’s program opens: licenses that fit, the computer filled in, nothing done before the button."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from licenses import activation as stories
from licenses.doors import doors_to, no_license
from licenses.errors import LicenseError
from licenses.fitting import Fitting, fitting_licenses
from licenses.forms.activating import FromProgramForm, ProductForm, RequestFileForm
from licenses.models import License, Product
from licenses.products import product_called, visible_products
from licenses.request_file import Wish, read_link
from licenses.views.activations import is_request_file_sent, to_license_file
from organizations.access import Action, narrowed
from organizations.middleware import SignedInRequest
from organizations.viewer import Viewer


@require_http_methods(["GET", "HEAD", "POST"])
def activate_from_program(request: SignedInRequest) -> HttpResponse:
    """Offer the licenses that fit what a program asks for, and activate the one that is chosen."""
    if is_request_file_sent(request):
        upload = RequestFileForm(request.POST.dict(), request.FILES)
        return _page(request, upload.wish, upload=upload)
    if request.method != "POST":
        wish, problems = read_link(request.GET.dict())
        return _page(request, wish, problems=problems)
    wish, _problems = read_link(request.POST.dict())
    asked = ProductForm(request.POST.dict())
    if not asked.is_valid():
        return _page(request, replace(wish, product=""), asked)
    product = asked.cleaned_data["product"]
    form = FromProgramForm(product, request.POST.dict())
    license = _chosen(request.viewer, product, form) if form.is_valid() else None
    if license is None:
        return _page(request, wish, form)
    actor = request.viewer.actor_on(request.viewer.ways_to(license))
    try:
        outcome = stories.activate(license.pk, actor, **form.as_asked)
    except LicenseError as refusal:
        form.add_refusal(refusal)
        return _page(request, wish, form)
    return to_license_file(request, outcome)


def _chosen(viewer: Viewer, product: Product, form: FromProgramForm) -> License | None:
    """Return the chosen license if it is one of `product` that is the person's to activate; else say so."""
    mine = License.objects.visible_to(narrowed(viewer, Action.ACTIVATE)).filter(product_version__product=product)
    license = mine.filter(pk=form.cleaned_data["license_id"]).first()
    if license is None:
        form.add_error("license_id", _("Choose one of these licenses."))
    return license


def _page(
    request: SignedInRequest,
    wish: Wish,
    form: ProductForm | FromProgramForm | None = None,
    *,
    upload: RequestFileForm | None = None,
    problems: Sequence[str] = (),
) -> HttpResponse:
    product, is_read = product_called(wish.product), upload is not None and upload.is_valid()
    context = {
        "upload": upload or RequestFileForm(),
        "is_refused": upload is not None and not is_read,
        "is_filled_in": is_read and product is not None,
        "problems": problems,
        "product": product,
    }
    if product is None:
        choices = _other_products(request.viewer, wish)
        context |= {"form": form, "unknown": _unknown(wish, is_read=is_read), "products": choices}
        return render(request, "licenses/activate_from_program.html", context)
    fitting = fitting_licenses(request.viewer, product, wish.computer_id)
    first = fitting.possible[0].license.pk if fitting.possible else None
    context |= {
        "form": form or FromProgramForm(product, wish=wish),
        "fitting": fitting,
        "chosen": form.chosen if isinstance(form, FromProgramForm) else first,
        "sentence": _nothing_possible(product, fitting),
        "doors": [] if fitting.exist else doors_to(product),
        "list_url": f"{reverse('licenses:list')}?product={product.pk}",
        "asked": urlencode({"computer_id": wish.computer_id, "computer_name": wish.computer_name}),
    }
    return render(request, "licenses/activate_from_program.html", context)


def _other_products(viewer: Viewer, wish: Wish) -> list[tuple[str, str]]:
    """Return the names of the products that the person has, and where each is asked for instead."""
    known = {name: text for name, text in asdict(wish).items() if text}
    return [(product.name, "?" + urlencode({**known, "product": product.slug})) for product in visible_products(viewer)]


def _unknown(wish: Wish, *, is_read: bool) -> str:
    """Return that nobody knows the product that was named, if one was."""
    if is_read:
        return _("The request file is for “%(product)s”, a product that this portal does not know.") % {
            "product": wish.product
        }
    return _("The program asks for a product that this portal does not know.") if wish.product else ""


def _nothing_possible(product: Product, fitting: Fitting) -> str:
    """Return why there is no license to choose, and what to do."""
    if fitting.possible:
        return ""
    if fitting.impossible:
        sentence = _("None of your licenses of %(product)s can be activated on one more computer now.")
        return sentence % {"product": product.name}
    if fitting.exist:
        sentence = _(
            "You can see licenses of %(product)s, but activating them is not yours to do. Open one to see whose."
        )
        return sentence % {"product": product.name}
    return no_license(product)

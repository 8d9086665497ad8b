"""The pages of certificates: one's own test gives one, and anyone can check it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import account_required, owned_or_404
from progress.honours.certificate_pdf import draw_certificate
from progress.honours.certificates import NotEligible, certificate_facts, certify, find_certificate, offer_of
from progress.honours.forms import CertificateForm
from progress.models import Certificate, TypingSession


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def issue_certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for the name on the certificate of one of the learner's own tests; a POST issues it, once."""
    found = owned_or_404(TypingSession.objects.select_related("user").filter(pk=pk), request.user)
    offer = offer_of(found)
    if offer is None:
        raise Http404
    if offer.certificate:
        return _kept(request, offer.certificate)
    form = CertificateForm(
        request.POST if request.method == "POST" else None, initial={"name": found.user.name}
    )
    if offer.level and form.is_valid():
        try:
            issued = certify(session=found, name=form.cleaned_data["name"], now=timezone.now())
        except NotEligible:
            return redirect(found)
        except TypingSession.DoesNotExist as error:
            raise Http404 from error
        return redirect(issued)
    context = {"session": found, "offer": offer, "form": form, "section": "history"}
    return render(request, "progress/issue_certificate.html", context)


def _kept(request: HttpRequest, issued: Certificate) -> HttpResponse:
    if request.method == "POST" and request.POST.get("name", "").strip() != issued.name:
        messages.info(request, _("This test already has its certificate; the name on it stays."))
    return redirect(issued)


@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """A certificate for whoever knows its code; a withdrawn one says so and nothing else."""
    found = find_certificate(code)
    return _certificate(request, found) if found else _unknown(request, code)


@require_safe
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The same to print; 410 when it is withdrawn."""
    found = find_certificate(code)
    if found is None:
        return _unknown(request, code)
    if not found.session.ranked:
        return _certificate(request, found, status=410)
    pdf = draw_certificate(found, url=request.build_absolute_uri(found.get_absolute_url()))
    headers = {
        "Content-Disposition": f'inline; filename="certificate-{found.code}.pdf"',
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Where the code of a certificate is typed."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return render(request, "progress/verify.html")
    found = find_certificate(typed)
    return redirect(found) if found else _unknown(request, typed)


def _certificate(request: HttpRequest, found: Certificate, *, status: int = 200) -> HttpResponse:
    context = {"certificate": found, "facts": certificate_facts(found) if found.session.ranked else None}
    response = render(request, "progress/certificate.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def _unknown(request: HttpRequest, typed: str) -> HttpResponse:
    return render(request, "progress/verify.html", {"typed": typed, "is_unknown": True}, status=404)

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def preferences(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/preferences.html")

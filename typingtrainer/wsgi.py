import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "typingtrainer.settings")
application = get_wsgi_application()

from typingtrainer.warming import warm_up  # noqa: E402 (what it imports needs the application to be set up)

warm_up()

#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from typingtrainer.run.configuration import BadConfiguration
from typingtrainer.run.environment import borrow

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "typingtrainer.settings")
    try:
        borrow(os.environ)
    except BadConfiguration as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    execute_from_command_line(sys.argv)

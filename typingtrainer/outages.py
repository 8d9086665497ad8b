"""Outages: failures that are over when the request comes again, answered 503 with a time to come back, not 500."""

import errno
from smtplib import SMTPException
from typing import Final

from django.db import DatabaseError, InterfaceError, OperationalError

from accounts.merging import Gone

RETRY_AFTER: Final = 2
OUTAGES: Final = (OperationalError, InterfaceError, Gone, SMTPException, ConnectionError, TimeoutError)
"""The database or the mail server is away, full or restarting, or the guest has just been merged."""
OF_BUCKET: Final = "botocore.exceptions"
"""Where what a bucket's library raises is from; it is loaded only where there is a bucket."""
READ_ONLY: Final = "25006"
"""PostgreSQL's code for a write where only reading is possible now, which is no OperationalError to the driver."""
NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


def is_outage(error: BaseException | None) -> bool:
    """Whether `error`, or one that led to it, is an outage."""
    while error is not None:
        if type(error).__module__ == OF_BUCKET:
            return True
        if isinstance(error, OUTAGES) or (isinstance(error, OSError) and error.errno in NO_ROOM):
            return True
        if isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) == READ_ONLY:
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False

"""Whom to trust: the image's authorities for the lists, the cluster's own for the API server."""

from __future__ import annotations

import ssl
from pathlib import Path

from settings import Exit, Problem


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """A context that checks chain, dates and host name against this file, or the image's."""
    if ca_file is None:
        return ssl.create_default_context()
    try:
        context = ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError):
        raise Problem(Exit.SETTINGS, f"{ca_file} is not a readable CA certificate") from None
    # Python 3.13 asks for key identifiers, which the authorities of many clusters lack.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context

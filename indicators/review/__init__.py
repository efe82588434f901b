"""The review page: drop files in, decide on findings, send letters, receive what was corrected.

``indicators review`` serves it; everything it needs lies beside this file, nothing is fetched from elsewhere. Needs the
extra ``review``.
"""

from __future__ import annotations

from indicators.review.serving import Office, serve

__all__ = ["Office", "serve"]

"""The review page, in a real browser where there is one, and over HTTP."""

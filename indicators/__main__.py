"""``python -m indicators``."""

from indicators.cli import main

main()

"""Do the parts of a form agree with each other: sides, texts, indicators (family C)."""

"""Random layouts of performance-target forms with ground truth, for property tests and ``python -m bench.layouts``.

Layouts are composed from morphemes and structures that are drawn one by one; every drawn dimension is kept, so that a
failure can be laid to what it comes of. Half of the options of each dimension can be held out.
"""

from tests.layouts.document import FAMILIES, Layout, generate
from tests.layouts.render import FORMATS

__all__ = ["FAMILIES", "FORMATS", "Layout", "generate"]

"""Pictures of pages to ruled tables and placed text, offline, with the models in the wheel of rapidocr.

Needs the extra ``ocr``; everything heavy is imported when the first picture is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.readers.ocr.networks import load_networks, require_ocr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from indicators.readers.ocr.page import PageReading

__all__ = ["PageRecogniser", "make_page_ocr", "require_ocr"]


class PageRecogniser:
    """Recognises pictures of pages; the models are loaded once a process.

    Parameters
    ----------
    threads
        Threads of one recognition; batches already use a process a core.
    """

    def __init__(self, threads: int = 1) -> None:
        self._networks = load_networks(threads)

    def reading(self, image: NDArray[np.uint8], scale: float, page: int) -> PageReading:
        """Return what stands on a picture, the stamps on it, and notes on what was doubtful.

        Parameters
        ----------
        image
            RGB, shape ``(height, width, 3)``, or grey, shape ``(height, width)``.
        scale
            Pixels a point; boxes in the result are in points from the top left of the picture.
        page
            Page, from 1, to be written into the locations.
        """
        from indicators.readers.ocr.page import read_page

        return read_page(image, scale, page, self._networks)


def make_page_ocr(threads: int = 1) -> PageRecogniser:
    """Return a recogniser of pictured pages.

    Raises
    ------
    MissingExtraError
        If the extra ``ocr`` is not installed; the message names the command that installs it.
    """
    return PageRecogniser(threads)

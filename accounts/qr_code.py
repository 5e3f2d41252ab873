"""A QR code as the outline of its dark squares, for a picture that stands in the page itself."""

from dataclasses import dataclass

from qrcode.image.base import BaseImage
from qrcode.main import QRCode

QUIET_SQUARES = 4
"""How wide the blank frame has to be (ISO/IEC 18004)."""


@dataclass(frozen=True)
class QrCode:
    """How many squares wide it is, its frame included, and the path of an SVG that draws it."""

    size: int
    path: str

    @classmethod
    def of(cls, text: str) -> "QrCode":
        """Return the code that says `text`."""
        code: QRCode[BaseImage] = QRCode(border=QUIET_SQUARES)
        code.add_data(text)
        code.make(fit=True)
        rows = code.get_matrix()
        dark = ((x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
        return cls(len(rows), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark))

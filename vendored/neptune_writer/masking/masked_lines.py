"""Lines that come in pieces, without secrets: none that is split between two pieces, or stands on several lines."""
from .. import masking
from . import secret_shapes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

LONGEST_LINE = 16384  # of one that has not ended, all but the last part is let through,
KEPT = 4096  # in which half a secret may stand
_LONGEST_KEY = 32768  # characters behind the beginning of a private key, in which its end is looked for


class Lines:
    """Bytes that come in pieces, as masked lines.

    Args:
        end: the bytes that end the stream; what follows comes from a process that is still running.

    Attributes:
        is_over: whether it came.
    """

    def __init__(self, end: bytes) -> None:
        self.end = end
        self.is_over = False
        self._pending = b""
        self._masker = Masker()

    def take(self, piece: bytes) -> bytes:
        """What may be written now that this piece came."""
        data, found, _ = (self._pending + piece).partition(self.end)
        self.is_over = bool(found) or not piece
        at = len(data) if self.is_over else max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        whole, self._pending = self._masked(data[:at]), data[at:]
        if len(self._pending) > LONGEST_LINE:
            masked = self._masked(self._pending)
            whole, self._pending = whole + masked[:-KEPT], masked[-KEPT:]
        return whole

    def _masked(self, data: bytes) -> bytes:
        return self._masker.masked(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


class Masker:
    """Masks lines that come one after the other, and a private key in several of them."""

    def __init__(self) -> None:
        self._in_key: "Optional[int]" = None  # characters since one began that has not ended

    def masked(self, text: str) -> str:
        """``text``, whole lines, without secrets."""
        if self._in_key is not None:
            at = text.find("-----END")
            self._in_key += len(text)
            if at < 0 and self._in_key < _LONGEST_KEY:
                return ""
            self._in_key = None
            text = text[max(at, 0):]
        is_cut = secret_shapes.is_cut_in_a_key(text)
        if is_cut:
            self._in_key = 0
        return masking.mask(text) + ("\n" if is_cut else "")  # which the mask took away

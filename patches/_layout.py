"""How a parameter or an argument is laid out when it joins a list: as the list is already.

Both are LibCST items that carry the comma behind them, and the space behind that comma.
"""
from __future__ import annotations

from typing import Any, Optional, Sequence

import libcst as cst

from patches._marks import MARKER

Space = cst.BaseParenthesizableWhitespace


def append(items: Sequence[Any], added: Any, opening: Space, followed: bool,
           space: str) -> tuple[Any, Any]:
    """The last item with a comma behind it, and the new one, laid out as the list is.

    Args:
        items: parameters or arguments, at least one.
        opening: the space behind the opening parenthesis.
        followed: whether something (`**kwargs`) comes behind the new item.
        space: name of the attribute that holds the space behind an item without a comma.
    """
    last = items[-1]
    comma = last.comma if isinstance(last.comma, cst.Comma) else None
    closing = comma.whitespace_after if comma else getattr(last, space, cst.SimpleWhitespace(""))
    before_last = _after_comma(items[-2]) if len(items) > 1 else opening
    between = closing if followed else before_last
    if _breaks(between):
        # A comment behind the last item stays with it; a line of our own ends in our marker.
        own = _comment(closing, MARKER if comma else "")
        between, closing = _comment(between, _comment_of(closing)), own
        between = between.with_changes(empty_lines=[])
    else:
        between = cst.SimpleWhitespace(" ")
    last = last.with_changes(comma=(comma or cst.Comma()).with_changes(whitespace_after=between))
    if hasattr(last, space):
        kept = getattr(last, space) if comma else cst.SimpleWhitespace("")
        last = last.with_changes(**{space: kept})
    if comma:
        return last, added.with_changes(comma=cst.Comma(whitespace_after=closing))
    return last, added.with_changes(**{space: closing})


def _after_comma(item: Any) -> Space:
    comma = item.comma
    return comma.whitespace_after if isinstance(comma, cst.Comma) else cst.SimpleWhitespace(" ")


def _breaks(space: Space) -> bool:
    return isinstance(space, cst.ParenthesizedWhitespace)


def _comment_of(space: Space) -> str:
    if not isinstance(space, cst.ParenthesizedWhitespace) or space.first_line.comment is None:
        return ""
    return space.first_line.whitespace.value + space.first_line.comment.value


def _comment(space: Space, text: str) -> Space:
    """The same line break and indentation, with that comment in place of its own."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    comment: Optional[cst.Comment] = cst.Comment(text.lstrip()) if text else None
    blank = cst.SimpleWhitespace(text[:len(text) - len(text.lstrip())])
    line = space.first_line.with_changes(whitespace=blank, comment=comment)
    return space.with_changes(first_line=line)

"""What belongs to a page's body and stands in its head: HTML lets both tags be left out, and libxml2, which knows no
``article``, ``main`` or ``header``, then takes them for the head's, with all that is in them.
"""

from lxml.etree import SubElement, XPath
from lxml.html import HtmlElement

_OF_THE_HEAD = frozenset((
    "title", "meta", "link", "base", "basefont", "bgsound", "style", "script", "noscript", "template", "object",
))  # fmt: skip
# Elements that sites make up for their style sheets stand in heads by right.
_HAS_TEXT = XPath("boolean(.//text()[normalize-space() and not(ancestor::style or ancestor::script)])")


def bring_back(tree: HtmlElement) -> None:
    """Puts it at the body's beginning; a body is made where there is none."""
    head = tree.find("head")
    if head is None:
        return
    strayed = [child for child in head.iterchildren("*") if child.tag not in _OF_THE_HEAD and _HAS_TEXT(child)]
    if strayed:
        body = tree.find("body")
        if body is None:
            body = SubElement(tree, "body")
        strayed[-1].tail = "".join(filter(None, (strayed[-1].tail, body.text))) or None
        body.text = None
        body[:0] = strayed

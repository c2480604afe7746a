"""Lead links out of the pages to where the site has them: mkdocs calls `on_page_markdown`.

The pages are read in the repository, too, where they link to files beside `docs/`. The site has no
such files: of these links it keeps the text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

__all__ = ["on_page_markdown"]

DOCS = Path(__file__).parent
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#\s:]+)(#[^)\s]*)?\)")
_ON_SITE = (".md", ".svg", ".png", ".csv", ".yaml", ".json")


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Return a page's text with links that stay on the site."""
    here = (DOCS / page.file.src_uri).parent

    def kept(found: re.Match[str]) -> str:
        target = (here / found[2]).resolve()
        inside = target.is_relative_to(DOCS) and target.suffix in _ON_SITE and target.exists()
        return found[0] if inside else found[1]

    return _LINK.sub(kept, markdown)

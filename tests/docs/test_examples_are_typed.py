"""Python in pages is written as a type checker would have it, so that editors help with it."""

from __future__ import annotations

import subprocess
import sys

from tests.docs.pages import PAGES, ROOT, blocks


def test_mypy_accepts_the_examples_of_pages(tmp_path):
    files = []
    for page in PAGES:
        parts = [one.text for one in blocks(page) if one.language == "python" and not one.reason]
        changes_code = any(one.language == "diff" for one in blocks(page))
        if parts and not changes_code:
            files.append(tmp_path / f"page_{len(files)}_{page.stem}.py")
            files[-1].write_text("\n".join(parts), encoding="utf-8")
    assert len(files) > 2
    words = ["--config-file", ROOT / "pyproject.toml", "--no-warn-unused-ignores",
             "--allow-untyped-defs", "--allow-untyped-calls", "--allow-redefinition",
             "--disable-error-code", "no-any-return"]  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", *words, *files],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout

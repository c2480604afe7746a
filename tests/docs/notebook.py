"""Run the example notebook as Jupyter would. To renew what it shows:

python -m tests.docs.notebook
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


def executed(folder: str | os.PathLike[str]) -> nbformat.NotebookNode:
    """Return the notebook after running all its cells in a folder."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}})
    with patch.dict(os.environ, {"PYTHONPATH": str(ROOT), "CI": "true"}):
        client.execute()
    return _lean(notebook)


def _lean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take out what differs from time to time."""
    for cell in notebook.cells:
        cell.get("metadata", {}).pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [one for one in cell.outputs if one.get("name") != "stderr"]
    return notebook


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        nbformat.write(executed(folder), NOTEBOOK)

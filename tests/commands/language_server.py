"""A client of YAML's language server, of the few requests that editors make."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Server:
    """A language server that is running, with one document open at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._number = 0
        self._uri = ""

    def open(self, path: Path) -> None:
        """Open a file."""
        self._uri = path.as_uri()
        text = path.read_text(encoding="utf-8")
        document = {"uri": self._uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def hover(self, line: int, column: int) -> str:
        """Return what the server says of a place, from 0; empty if nothing."""
        found = self._asked("textDocument/hover", self._place(line, column))
        contents = found["contents"] if found else ""
        return str(contents["value"] if isinstance(contents, dict) else contents)

    def complete(self, line: int, column: int) -> set[str]:
        """Return what the server offers at a place, from 0."""
        found = self._asked("textDocument/completion", self._place(line, column))
        items = found if isinstance(found, list) else found["items"]
        return {item["label"] for item in items}

    def start(self, folder: Path) -> None:
        """Say who we are, and which formats we read."""
        hover = {"contentFormat": ["markdown"]}
        capabilities = {"textDocument": {"hover": hover, "completion": {}}}
        given = {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities}
        self._asked("initialize", given)
        self._send({"method": "initialized", "params": {}})

    def _place(self, line: int, column: int) -> dict[str, Any]:
        return {"textDocument": {"uri": self._uri}, "position": {"line": line, "character": column}}

    def _asked(self, method: str, params: Any) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            said = self._read()
            if "method" in said and "id" in said:  # what the server asks of us: it may go on
                nothing = [None] * len(said.get("params", {}).get("items", [])) or None
                self._send({"id": said["id"], "result": nothing})
            elif said.get("id") == self._number:
                assert "error" not in said, said
                return said["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


@contextmanager
def language_server(folder: Path) -> Iterator[Server]:
    """Run YAML's language server in a folder."""
    words = ["yaml-language-server", "--stdio"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(words, cwd=folder, **pipes)
    try:
        server = Server(process)
        server.start(folder)
        yield server
    finally:
        process.kill()
        process.communicate()

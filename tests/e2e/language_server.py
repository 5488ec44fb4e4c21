"""An editor's YAML language server, spoken to as an editor does: JSON-RPC over its standard input and output.

It is fetched with npm on first use and kept beside what ./dev keeps. Without node or npm, or where npm reaches no registry, the
tests that ask for it are skipped.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest

PACKAGE = "yaml-language-server"
VERSION = "1.25.0"
FETCH_SECONDS_MAX = 120
ANSWER_SECONDS_MAX = 60


def server_script():
    """Where the server's program is; fetches it when it is not there."""
    deps = pathlib.Path(os.environ.get("HAL9_DEPS_DIR") or pathlib.Path.home() / ".cache/hal9/deps")
    folder = deps / f"{PACKAGE}-{VERSION}"
    script = folder / "node_modules" / PACKAGE / "bin" / PACKAGE
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise unittest.SkipTest(f"{PACKAGE} needs {program}, which is not installed")
    if not script.exists():
        fetch(folder)
    return script


def fetch(folder):
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unpacked:
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", unpacked, f"{PACKAGE}@{VERSION}"]
        try:
            subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS_MAX, check=True, stdin=subprocess.DEVNULL)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise unittest.SkipTest(f"npm cannot fetch {PACKAGE}@{VERSION}: {error}") from error
        try:
            os.rename(unpacked, folder)
        except OSError:  # another process was faster
            return
        pathlib.Path(unpacked).mkdir()  # for its removal


class LanguageServer:
    """One that takes every *.yaml for a document of the schema at that URI."""

    def __init__(self, schema_uri):
        self.settings = {
            "yaml": {"schemas": {schema_uri: "*.yaml"}, "schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}
        }
        self.process = subprocess.Popen(
            ["node", server_script(), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.requests = self.documents = 0
        self.published = {}
        capabilities = {"workspace": {"configuration": True}, "textDocument": {"completion": {}, "hover": {}}}
        self.request("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities})
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": self.settings})

    def close(self):
        self.process.kill()
        self.process.communicate()

    def diagnostics(self, text):
        """What the editor would underline: (line, message), lines from 1."""
        uri = self.open(text)
        while uri not in self.published:
            self.take(self.read())
        return [(found["range"]["start"]["line"] + 1, found["message"]) for found in self.published[uri]]

    def completions(self, text):
        """What is offered where `|` stands: description by label."""
        answer = self.at_cursor("textDocument/completion", text)
        return {item["label"]: item.get("documentation") for item in answer["items"]}

    def hover(self, text):
        """What is shown of the word in which `|` stands."""
        answer = self.at_cursor("textDocument/hover", text)
        return answer["contents"]["value"] if answer else None

    # The protocol --------------------------------------------------------------------------------------------------

    def open(self, text):
        self.documents += 1
        uri = f"file:///documents/{self.documents}.yaml"
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def at_cursor(self, method, text):
        before, after = text.split("|", 1)
        uri = self.open(before + after)
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self.request(method, {"textDocument": {"uri": uri}, "position": position})

    def request(self, method, params):
        self.requests += 1
        self.send({"id": self.requests, "method": method, "params": params})
        while True:
            message = self.read()
            if message.get("id") == self.requests and "method" not in message:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message["result"]
            self.take(message)

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def take(self, message):
        """What the server says and asks of itself."""
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self.published[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif method == "workspace/configuration":
            result = [self.settings.get(item["section"]) for item in message["params"]["items"]]
            self.send({"id": message["id"], "result": result})
        elif method and "id" in message:
            self.send({"id": message["id"], "result": None})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def read(self):
        late = threading.Timer(ANSWER_SECONDS_MAX, self.process.kill)
        late.start()
        try:
            length = 0
            while (line := self.process.stdout.readline().strip()) or not length:
                if not line and self.process.poll() is not None:
                    raise AssertionError(f"{PACKAGE} ended, or did not answer within {ANSWER_SECONDS_MAX} s")
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            return json.loads(self.process.stdout.read(length))
        finally:
            late.cancel()

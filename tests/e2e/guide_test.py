"""docs/guides/networks.md, followed to the letter: files are written, commands run in their order, and what is shown comes out.

A block in yaml or json is written to the file that the line before it names. A block in sh runs; a block in text right after it is
what it prints, where `…` stands for anything, and SIGNAL in a command for the first id that a line of the last output begins with.
What is marked `background` is another terminal, and what it shows in the end.
"""

import os
import re
import subprocess
import time
import unittest

import support

GUIDE = support.ROOT / "docs/guides/networks.md"
BLOCK = re.compile(r"^```(\w+(?: background)?)\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"`([\w./-]+\.(?:yaml|json))`:\s*\Z")
ID = re.compile(r"^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})  ", re.M)
SECONDS_TO_LOOK = 20


def steps(text):
    """(what it is, name of the file or commands, content or what is shown) in order."""
    blocks = list(BLOCK.finditer(text))
    end = 0
    for block, after in zip(blocks, [*blocks[1:], None]):
        before, end = text[end : block.start()], block.end()
        kind, content = block.groups()
        named = FILE.search(before)
        if kind in ("yaml", "json") and named:
            yield "file", named.group(1), content
        elif kind == "sh":
            shown = after and after.group(1) == "text" and not text[end : after.start()].strip()
            yield "run", content, after.group(2) if shown else None
        elif kind.endswith(" background"):
            yield kind, content, None


def pattern_of(shown):
    """`…` alone on a line is any lines, within a line anything there."""
    lines = ["(?:.*\n)*?" if line == "…\n" else re.escape(line).replace("…", "[^\n]*") for line in shown.splitlines(keepends=True)]
    return re.compile("".join(lines) + r"\Z")


class Guide(support.Case):
    def setUp(self):
        super().setUp()
        (self.folder / "bin").mkdir()
        (self.folder / "bin/hal9").symlink_to(support.BINARY)
        (self.folder / "empty").mkdir()
        self.printed = ""
        self.compared = 0

    def shell(self, commands, **options):
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        process = subprocess.Popen(
            ["sh", "-c", commands],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder / "empty",
            env=support.environment(PATH=path, XDG_DATA_HOME=str(self.data)),
            **options,
        )
        self.processes.append(process)
        return process

    def run_once(self, commands):
        process = self.shell(commands, stderr=subprocess.STDOUT)
        out, _ = process.communicate(timeout=support.SECONDS_MAX)
        # Progress is for people who wait.
        return process.returncode, re.sub(r"^\d+ of \d+ signals, .*\n", "", out, flags=re.M)

    def run_block(self, commands, shown):
        """A reader takes a moment to look: what another terminal began may take as long."""
        if "SIGNAL" in commands:
            commands = commands.replace("SIGNAL", ID.search(self.printed).group(1))
        expected = pattern_of(shown or "…\n")
        code, self.printed = self.run_once(commands)
        end = time.monotonic() + SECONDS_TO_LOOK
        while commands.strip() == "hal9 answer" and not expected.match(self.printed) and time.monotonic() < end:
            time.sleep(0.05)
            code, self.printed = self.run_once(commands)
        self.assertRegex(self.printed, expected, commands)
        fails = bool(re.search(r"^\d+ faults?$|failed \(|^FAILED", shown or "", re.M))
        self.assertEqual(code != 0, fails, commands + self.printed)
        self.compared += shown is not None

    def test_leads_where_it_says(self):
        background = None
        for what, name, content in steps(GUIDE.read_text(encoding="utf-8")):
            if what == "file":
                self.write(self.folder / "empty" / name, content)
            elif what == "run":
                self.run_block(name, content)
            elif what == "sh background":
                background = self.shell("exec " + name, stderr=subprocess.DEVNULL)
            else:
                self.assertRegex(background.communicate(timeout=support.SECONDS_MAX)[0], pattern_of(name))
                self.assertEqual(background.returncode, support.DONE)
        self.assertGreaterEqual(self.compared, 10)


if __name__ == "__main__":
    unittest.main()

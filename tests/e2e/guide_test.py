"""docs/guides/networks.md, followed to the letter: files are written, commands run in their order, and what is shown comes out.

A block in yaml or json is written to the file that the line before it names. A block in sh runs; a block in text right after it is what it prints, where `…` stands
for anything.
"""

import os
import pathlib
import re
import subprocess
import unittest

import support

GUIDE = support.ROOT / "docs/guides/networks.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"`([\w./-]+\.(?:yaml|json))`:\s*\Z")


def steps(text):
    """(what, name or command, content or expected) in order."""
    end = 0
    blocks = list(BLOCK.finditer(text))
    for index, block in enumerate(blocks):
        before = text[end : block.start()]
        end = block.end()
        language, content = block.groups()
        if language in ("yaml", "json"):
            named = FILE.search(before)
            if named:
                yield "file", named.group(1), content
        elif language == "sh":
            after = blocks[index + 1] if index + 1 < len(blocks) else None
            shown = after and after.group(1) == "text" and not text[end : after.start()].strip()
            yield "run", content, after.group(2) if shown else None


def pattern_of(shown):
    """`…` alone on a line is any lines, within a line anything there."""
    lines = [".*\n" if line == "…\n" else re.escape(line).replace("…", "[^\n]*") for line in shown.splitlines(keepends=True)]
    return re.compile("".join(line if line != ".*\n" else "(?:.*\n)*?" for line in lines))


class Guide(support.Case):
    def run_block(self, commands):
        (self.folder / "bin").mkdir(exist_ok=True)
        binary = self.folder / "bin/hal9"
        if not binary.exists():
            binary.symlink_to(support.BINARY)
        done = subprocess.run(
            ["sh", "-c", commands],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=support.SECONDS_MAX,
            check=False,
            cwd=self.folder / "empty",
            env=support.environment(PATH=f"{self.folder}/bin:{os.environ['PATH']}", XDG_DATA_HOME=str(self.data)),
        )
        # Progress is for people who wait.
        printed = re.sub(r"^\d+ of \d+ signals, .*\n", "", done.stdout, flags=re.M)
        return done.returncode, printed

    def test_leads_where_it_says(self):
        (self.folder / "empty").mkdir()
        ran = compared = 0
        for what, name, content in steps(GUIDE.read_text(encoding="utf-8")):
            if what == "file":
                self.write(pathlib.Path("empty") / name, content)
                continue
            code, printed = self.run_block(name)
            ran += 1
            if content is None:
                self.assertEqual(code, 0, name + printed)
            else:
                compared += 1
                self.assertRegex(printed, pattern_of(content).pattern + r"\Z", name)
                self.assertEqual(code != 0, bool(re.search(r"fault|failed \(|FAILED", content)) and "no faults" not in content, name)
        self.assertGreaterEqual(ran, 10)
        self.assertGreaterEqual(compared, 8)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Checks the documents: every relative link leads somewhere, every command shown exists and is tried by a test.

A `./dev VERB` must be a verb of ./dev; a `hal9 VERB` in a shell block must stand in a test under tests/e2e.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*$")
SHELLS = {"", "sh", "bash", "console", "shell"}
DEV = re.compile(r"\./dev ([a-z]+)")
HAL9 = re.compile(r"^\s*(?:\$ )?(?:[\w./]*/)?hal9 ([a-z]+)(?: ([a-z]+)\b)?", re.M)


def documents():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.split("\n") if line and (ROOT / line).exists()]


def shell_blocks(text):
    """The fenced blocks in a shell's language or in none. A fence ends with as many of its own sign as it began with."""
    fence, block, shell = None, [], False
    for line in text.split("\n"):
        match = FENCE.match(line)
        if fence is None:
            if match:
                fence, block, shell = match.group(1), [], match.group(2) in SHELLS
        elif match and match.group(1).startswith(fence) and not match.group(2):
            if shell:
                yield "\n".join(block)
            fence = None
        else:
            block.append(line)
    if fence is not None and shell:
        yield "\n".join(block)


def anchors(text):
    """The names GitHub gives to headings."""
    headings = re.findall(r"^#+ +(.*?)\s*$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def link_faults(path, text):
    for match in LINK.finditer(text):
        target, _, anchor = match.group(1).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        line = text.count("\n", 0, match.start()) + 1
        aim = (path.parent / target).resolve() if target else path
        if not aim.exists():
            yield f"{path.relative_to(ROOT)}:{line}: link to {target}, which does not exist"
        elif anchor and aim.suffix == ".md" and anchor not in anchors(aim.read_text(encoding="utf-8")):
            yield f"{path.relative_to(ROOT)}:{line}: link to {match.group(1)}, which has no such heading"


def command_faults(path, text, verbs, tests):
    name = path.relative_to(ROOT)
    for verb in DEV.findall(text):
        if verb not in verbs:
            yield f"{name}: shows `./dev {verb}`; ./dev knows {' '.join(verbs)}"
    for block in shell_blocks(text):
        for verb, _ in HAL9.findall(block):
            if f'"{verb}"' not in tests:
                yield f"{name}: shows `hal9 {verb}`, which no test in tests/e2e runs"


def main():
    verbs = re.findall(r"^verb_([a-z]+)\(\)", (ROOT / "dev").read_text(encoding="utf-8"), re.M)
    tests = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/e2e").glob("*.py")))
    faults, count = [], 0
    for path in documents():
        text = path.read_text(encoding="utf-8")
        count += 1
        faults += [*link_faults(path, text), *command_faults(path, text, verbs, tests)]
    print("\n".join(faults + [f"documents: {count} read, {len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

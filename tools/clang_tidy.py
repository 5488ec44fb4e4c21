#!/usr/bin/env python3
"""clang-tidy on what a change can have made worse: the files that changed and those that include them.

What counts as the change: everything since the merge base with origin/main; on main itself, the last commit; and always
the working tree. A file that passed before with the same text, headers, options and flags is known good and not read
again, so `--all` costs little after the first time. The changed files go first; after --minutes no new file is begun. It
fails when a file of the change was not read by then: run it again to go on, or with --all, which has no limit of time.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/tidy"))
import rules  # noqa: E402  (found by the line above)

TOOL = "clang-tidy-19"
# The path-sensitive analysis takes half a minute on what GoogleTest's macros expand to, and finds nothing there.
TEST_CHECKS = "--checks=-clang-analyzer-*"


def git(*arguments):
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else None


def changed_files():
    """Paths changed since the base, or None where there is no base: then everything is new."""
    base = None
    merged = git("merge-base", "HEAD", "origin/main")
    if merged and merged != git("rev-parse", "HEAD"):
        base = merged[0]
    elif git("rev-parse", "--verify", "-q", "HEAD~1"):
        base = "HEAD~1"
    if base is None:
        return None
    return set(git("diff", "--name-only", base)) | set(git("ls-files", "-o", "--exclude-standard"))


class Tree:
    """The sources and which own headers each of them takes in, directly or through others."""

    def __init__(self):
        layers = rules.read_layers(ROOT / "src/hal9/LAYERS")
        files = [rules.File(ROOT, path, layers) for path in rules.sources(ROOT)]
        self.texts = {file.path: file.text for file in files}
        self.direct = {file.path: [self.located(path) for _, kind, path in rules.includes(file) if kind == '"'] for file in files}

    @staticmethod
    def located(include):
        return "src/" + include if include.startswith("hal9/") else include

    def reach(self, path):
        """`path` and all that it includes, in a fixed order."""
        seen, queue = set(), [path]
        while queue:
            current = queue.pop()
            if current not in seen and current in self.texts:
                seen.add(current)
                queue.extend(self.direct[current])
        return sorted(seen)


def without_precompiled(command):
    """The command without its precompiled header: a build makes one only for what it compiles itself."""
    return re.sub(r" -include-pch \S+", "", command)


def compile_commands():
    """Command of each file: of the release build, else (fuzz targets) of the sanitizer build."""
    entries = {}
    for folder in ("build/asan", "build"):
        database = ROOT / folder / "compile_commands.json"
        if database.exists():
            for entry in json.loads(database.read_text(encoding="utf-8")):
                entries[os.path.relpath(entry["file"], ROOT)] = {**entry, "command": without_precompiled(entry["command"])}
    return entries


def write_database(entries):
    """The folder of a compilation database of `entries`."""
    folder = ROOT / "build/tidy"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(list(entries.values())), encoding="utf-8")
    return folder


def key_of(tree, path, command, common):
    digest = hashlib.sha256(common + command.replace(str(ROOT), ".").encode())
    for name in tree.reach(path):
        digest.update(name.encode() + b"\0" + tree.texts[name].encode() + b"\0")
    return digest.hexdigest()


def read(path, folder):
    command = [TOOL, "-p", str(folder), "--quiet", str(ROOT / path)]
    if path.endswith("_test.cpp"):
        command.append(TEST_CHECKS)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    noise = ("warnings generated", "warnings treated as errors", "Suppressed ", "Use -header-filter")
    stderr = [line for line in done.stderr.split("\n") if not any(word in line for word in noise)]
    return done.returncode == 0, done.stdout + "\n".join(stderr)


def unread(tree, changed, read_files):
    """The files of the change that nobody looked at: neither they nor, of a header, any file that includes it was read."""
    seen = {name for path in read_files for name in tree.reach(path)}
    return sorted(set(changed) & set(tree.texts) - seen)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every file, without a limit of time")
    parser.add_argument("--checked", type=pathlib.Path, required=True, help="folder of marks of what passed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--minutes", type=float, default=8)
    arguments = parser.parse_args()

    tree = Tree()
    commands = compile_commands()
    database = write_database(commands)
    changed = None if arguments.all else changed_files()
    chosen = [path for path in tree.texts if path in commands and (changed is None or changed & set(tree.reach(path)))]
    chosen.sort(key=lambda path: (changed is not None and path not in changed, path))

    version = subprocess.run([TOOL, "--version"], capture_output=True, check=True).stdout
    common = version + (ROOT / ".clang-tidy").read_bytes() + TEST_CHECKS.encode()
    arguments.checked.mkdir(parents=True, exist_ok=True)
    marks = {path: arguments.checked / key_of(tree, path, commands[path]["command"], common) for path in chosen}
    todo = [path for path in chosen if not marks[path].exists()]
    deadline = float("inf") if arguments.all else time.monotonic() + arguments.minutes * 60
    bad, late = [], []

    def work(path):
        if time.monotonic() > deadline:
            late.append(path)
            return
        good, text = read(path, database)
        if good:
            marks[path].touch()
        else:
            bad.append(path)
            print(text.strip().replace(str(ROOT) + "/", ""), flush=True)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        list(pool.map(work, todo))
    left_out = f", {len(late)} left out after {arguments.minutes:g} minutes" if late else ""
    print(f"clang-tidy: {len(todo) - len(late)} files read, {len(chosen) - len(todo)} known good{left_out}, {len(bad)} with findings")
    missed = unread(tree, chosen if changed is None else changed, set(chosen) - set(late)) if late else []
    if missed:
        print(f"clang-tidy: {len(missed)} files of the change were not read: {' '.join(missed)}")
        print("clang-tidy: what was read is remembered, so run it again to go on, or `./dev check --all` for all at once")
    elif late:
        print("clang-tidy: the files left out only include what changed; `./dev check --all` reads them")
    return 1 if bad or missed else 0


if __name__ == "__main__":
    sys.exit(main())

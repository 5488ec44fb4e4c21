#!/usr/bin/env python3
"""Derives what examples/security-fixes must find, independently of HAL9.

Reads a directory as the example does, entry by entry, with nothing of HAL9's: no regular expressions, no shared code, only
Python's own gzip and string methods. `derive(directory)` returns

    {"files": 13, "entries": 16, "cves": 20, "pairs": [["alpha", "CVE-2030-99999"], …]}

the number of files read, of changelog entries, of distinct CVEs, and each (package, CVE) once, sorted. As a program it
prints that as JSON: `python3 tests/e2e/example_reference.py /usr/share/doc`.
"""

import gzip
import json
import os
import sys
import zlib

BYTES_MAX = 16 << 20  # Limits::file_bytes_max: larger files are skipped
BLANKS = " \t\n\f\r"


def is_name(name):
    return name.startswith("changelog") and name.endswith(".gz")


def find_files(directory):
    """Regular files DIRECTORY/*/changelog*.gz, reached without any symbolic link."""
    for package in os.scandir(directory):
        if package.is_dir(follow_symlinks=False):
            for file in os.scandir(package.path):
                if is_name(file.name) and file.is_file(follow_symlinks=False):
                    yield file.path


def read_text(path):
    """The content as text, or None where the example skips the file."""
    try:
        with open(path, "rb") as file:
            content = file.read(BYTES_MAX + 1)
        if len(content) <= BYTES_MAX and content.startswith(b"\x1f\x8b\x08"):
            with gzip.open(path) as file:
                content = file.read(BYTES_MAX + 1)
    except (OSError, EOFError, zlib.error):
        return None
    return content.decode("utf-8", errors="replace") if len(content) <= BYTES_MAX else None


def package_of(line):
    """The package when the line is the header of an entry, such as `bash (5.2-1) unstable; urgency=low`; else None."""
    name, opening, rest = line.partition(" (")
    if not opening or not name or any(blank in name for blank in BLANKS):
        return None
    version, closing, rest = rest.partition(")")
    if not version or not closing or not rest.startswith(" "):
        return None
    return name if "; urgency=" in rest[1:] else None


def split_entries(text):
    """(package, lines) of each entry; lines before the first header belong to none."""
    entries = []
    for line in text.split("\n"):
        package = package_of(line)
        if package is not None:
            entries.append((package, []))
        if entries:
            entries[-1][1].append(line)
    return entries


def digits_at(line, at):
    """How many ASCII digits begin there."""
    end = at
    while end < len(line) and line[end] in "0123456789":
        end += 1
    return end - at


def find_cves(line):
    """Every CVE-YYYY-NNNN with four or more digits at the end, wherever it stands."""
    found = set()
    at = line.find("CVE-")
    while at >= 0:
        year = at + len("CVE-")
        number = year + 5
        if digits_at(line, year) == 4 and line[year + 4 : number] == "-" and digits_at(line, number) >= 4:
            found.add(line[at : number + digits_at(line, number)])
        at = line.find("CVE-", at + 1)
    return found


def derive(directory):
    files = entries = 0
    pairs = set()
    for path in find_files(directory):
        text = read_text(path)
        if text is None:
            continue
        files += 1
        for package, lines in split_entries(text):
            entries += 1
            pairs.update((package, cve) for line in lines for cve in find_cves(line))
    return {
        "files": files,
        "entries": entries,
        "cves": len({cve for _, cve in pairs}),
        "pairs": [list(pair) for pair in sorted(pairs)],
    }


def main():
    if len(sys.argv) != 2:
        print("usage: example_reference.py DIRECTORY", file=sys.stderr)
        return 2
    print(json.dumps(derive(sys.argv[1]), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())

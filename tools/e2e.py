#!/usr/bin/env python3
"""Runs tests/e2e against the release binary, the files side by side: e2e.py [NAME]

Each tests/e2e/*_test.py is a unittest module that finds the binary in $HAL9_BINARY. Prints what failed, with its output,
and last the line "PASSED FAILED". With NAME: the tests whose id contains it.
"""

import concurrent.futures
import io
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests/e2e"
FILE_SECONDS_MAX = 900


def tests_of(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_of(item)
        else:
            yield item


class Result(unittest.TextTestResult):
    """Counts what passed, which unittest does not."""

    passed = 0

    def addSuccess(self, test):  # noqa: N802 (unittest's name)
        super().addSuccess(test)
        self.passed += 1


def run_file(path, name):
    """One file, in this process; the last line printed is its counts."""
    sys.path.insert(0, str(FOLDER))
    suite = unittest.defaultTestLoader.loadTestsFromName(pathlib.Path(path).stem)
    chosen = unittest.TestSuite(test for test in tests_of(suite) if name in test.id())
    text = io.StringIO()
    result = unittest.TextTestRunner(text, resultclass=Result, verbosity=0, buffer=True).run(chosen)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = [f"skipped: {test.id()}: {why}\n" for test, why in result.skipped]
    print(json.dumps({"passed": result.passed, "failed": failed, "text": "".join(skipped) + (text.getvalue() if failed else "")}))


def start(path, name):
    begun = time.monotonic()
    environment = {**os.environ, "HAL9_BINARY": str(ROOT / "build/hal9"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, __file__, "--file", str(path), name]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=FILE_SECONDS_MAX, stdin=subprocess.DEVNULL
        )
        counts = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        counts = {"passed": 0, "failed": 1, "text": f"did not end within {FILE_SECONDS_MAX} s\n"}
    except (IndexError, ValueError):
        counts = {"passed": 0, "failed": 1, "text": done.stdout + done.stderr}
    return path.name, counts, time.monotonic() - begun


def main(name):
    files = sorted(FOLDER.glob("*_test.py"))
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, counts, seconds in pool.map(lambda path: start(path, name), files):
            passed += counts["passed"]
            failed += counts["failed"]
            if counts["passed"] or counts["failed"]:
                print(f"{file}: {counts['passed']} passed, {counts['failed']} failed, {seconds:.1f} s")
            print(counts["text"], end="")
    print(f"{passed} {failed}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--file"]:
        run_file(sys.argv[2], sys.argv[3])
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else "")

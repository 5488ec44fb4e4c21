#!/usr/bin/env python3
"""What a ctest run came to: prints the output of each failed test and last the line "PASSED FAILED".

A test that ctest could not run (its program was not built) is a failure; one that skipped itself is neither.
"""

import sys
import xml.etree.ElementTree


def main(path):
    passed = failed = 0
    try:
        cases = list(xml.etree.ElementTree.parse(path).getroot().iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError) as error:
        print(f"ctest left no result: {error}\n0 1")
        return
    for case in cases:
        skipped = case.find("skipped")
        if case.get("status") == "run":
            passed += 1
        elif skipped is not None and "SKIP_" in (skipped.get("message") or ""):
            print(f"skipped: {case.get('name')}")
        else:
            failed += 1
            why = case.find("failure")
            message = why.get("message") if why is not None else case.get("status")
            print(f"--- FAILED {case.get('name')} {message or ''}\n{case.findtext('system-out') or ''}")
    if not cases:
        print("no test ran")
    print(f"{passed} {failed or int(not cases)}")


main(sys.argv[1])

#!/usr/bin/env python3
"""The slowest steps of the last builds in a .ninja_log, and what all steps took together."""

import sys

SHOWN = 25


def main(path):
    steps = {}
    for line in open(path, encoding="utf-8"):
        if not line.startswith("#"):
            start, end, _, output, _ = line.rstrip("\n").split("\t")
            steps[output] = int(end) - int(start)
    print(f"{sum(steps.values()) / 1000:8.1f} s  {len(steps)} steps together (ccache hits count as they came)")
    for output, took in sorted(steps.items(), key=lambda step: -step[1])[:SHOWN]:
        print(f"{took / 1000:8.1f} s  {output}")


main(sys.argv[1])

"""The example, end to end: the right answer, and the same answer after kill -9 at random moments."""

import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("HAL9_BINARY", str(ROOT / "build/hal9"))
NETWORK = str(ROOT / "examples/security-fixes/network.yaml")
KILL_ROUNDS = int(os.environ.get("HAL9_KILL_ROUNDS", "20"))


def hal9(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=30, check=False)


def write_corpus(directory, files):
    """Writes changelogs; the sorted distinct (package, CVE) pairs and the number of entries written."""
    pairs, entries = set(), 0
    for number in range(files):
        text = ""
        for version in range(20):
            cve = f"CVE-{2000 + version}-{10000 + number % 97}"
            text += f"pkg{number} (1.{version}) stable; urgency=medium\n\n  * Fix {cve}, again {cve}.\n\n"
            text += " -- A B <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n\n"
            pairs.add((f"pkg{number}", cve))
            entries += 1
        folder = pathlib.Path(directory, f"pkg{number}")
        folder.mkdir()
        (folder / "changelog.Debian.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    return sorted(pairs), entries


class ExampleRun(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.corpus = pathlib.Path(self.folder.name, "corpus")
        self.corpus.mkdir()

    def command(self, data):
        grant = f"files.read={self.corpus}"
        return ["run", NETWORK, "--grant", grant, "--set", f"directory={self.corpus}", "--data", data, "--json"]

    def test_finds_every_pair_that_was_written(self):
        pairs, entries = write_corpus(self.corpus, 40)
        done = hal9(*self.command(f"{self.folder.name}/data"))
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)["result"]
        self.assertEqual(sorted((row["package"], row["cve"]) for row in result["pairs"]), pairs)
        self.assertEqual((result["files"], result["entries"]), (40, entries))

    # The members of the result come in another order from `resume` than from an undisturbed `run`.
    def test_result_is_byte_equal_after_kill_9(self):
        write_corpus(self.corpus, 250)
        member = re.compile(r'"result":(.*),"error":', re.DOTALL)
        done = hal9(*self.command(f"{self.folder.name}/calm"))
        self.assertEqual(done.returncode, 0, done.stderr)
        expected = member.search(done.stdout).group(1)
        seed = random.SystemRandom().randrange(2**32)
        print("seed", seed)
        source = random.Random(seed)
        killed = 0
        for number in range(KILL_ROUNDS):
            data = f"{self.folder.name}/data{number}"
            process = subprocess.Popen(
                [BINARY, *self.command(data)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            try:
                process.wait(timeout=source.uniform(0.05, 0.4))
            except subprocess.TimeoutExpired:
                killed += 1
            process.kill()
            process.wait(timeout=10)
            resumed = hal9("resume", "last", "--data", data, "--json")
            if resumed.returncode == 2:  # killed before the run was stored: nothing had been acknowledged
                resumed = hal9(*self.command(data))
            self.assertEqual(resumed.returncode, 0, f"seed {seed}, round {number}: {resumed.stderr}")
            self.assertEqual(member.search(resumed.stdout).group(1), expected, f"seed {seed}, round {number}")
        self.assertGreater(killed, 0, "no round was interrupted")


if __name__ == "__main__":
    unittest.main()

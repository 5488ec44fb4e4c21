"""The example, end to end: what was written is found, and what another program finds in the same files."""

import gzip
import json
import unittest

import example_reference
import support
from support import DONE

CORPUS = support.EXAMPLE.parent / "corpus"
MACHINE = "/usr/share/doc"
CHANGELOGS_MIN = 20
ATTEMPTS = 3


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
        folder = directory / f"pkg{number}"
        folder.mkdir(parents=True)
        (folder / "changelog.Debian.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    return sorted(pairs), entries


class ExampleRun(support.Case):
    def result_of(self, directory):
        return json.loads(self.hal9(*support.run_example(directory, "--json"), code=DONE).stdout)["result"]

    def assert_agrees(self, result, derived):
        pairs = [[row["package"], row["cve"]] for row in result["pairs"]]
        self.assertEqual(sorted(pairs), derived["pairs"])
        counts = ("files", "entries", "cves")
        self.assertEqual({name: result[name] for name in counts}, {name: derived[name] for name in counts})

    def test_finds_every_pair_that_was_written(self):
        pairs, entries = write_corpus(self.folder / "corpus", 40)
        result = self.result_of(self.folder / "corpus")
        self.assertEqual(sorted((row["package"], row["cve"]) for row in result["pairs"]), pairs)
        self.assertEqual((result["files"], result["entries"]), (40, entries))

    def test_finds_in_the_corpus_of_oddities_what_was_derived_by_hand(self):
        self.assertEqual(self.result_of(CORPUS), json.loads((CORPUS / "expected.json").read_text()))

    def test_finds_in_the_corpus_of_oddities_what_another_program_finds(self):
        derived = example_reference.derive(CORPUS)
        self.assertEqual(derived["files"], 13)
        self.assert_agrees(self.result_of(CORPUS), derived)

    def test_finds_on_this_machine_what_another_program_finds(self):
        found = sum(1 for _ in example_reference.find_files(MACHINE))
        if found < CHANGELOGS_MIN:
            self.skipTest(f"{MACHINE} holds {found} changelogs; {CHANGELOGS_MIN} are needed")
        # Packages may be installed meanwhile: what was derived must hold before the run and after it.
        before = example_reference.derive(MACHINE)
        for _ in range(ATTEMPTS):
            result = self.result_of(MACHINE)
            after = example_reference.derive(MACHINE)
            if before == after:
                break
            before = after
        self.assert_agrees(result, after)


if __name__ == "__main__":
    unittest.main()

"""The examples on the pages of the kinds end as the pages say."""

import json
import re
import unittest

import support
from support import DONE, FAILED

PAGES = support.ROOT / "docs/reference/kinds"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
RUNNABLE = 10  # pages at least that show what comes out


def examples(text):
    """(network, input, language of the third block, third block) wherever three blocks follow each other so."""
    blocks = BLOCK.findall(text)
    for (kind, network), (given, payload), (language, outcome) in zip(blocks, blocks[1:], blocks[2:]):
        if (kind, given) == ("yaml", "json") and language in ("json", "text"):
            yield network, payload, language, outcome


class Kinds(support.Case):
    def check(self, network, payload, language, outcome):
        file = self.write("network.yaml", network)
        if language == "text":
            done = self.hal9("run", file, "--input", payload.strip(), code=FAILED)
            self.assertIn(outcome.strip(), done.stdout + done.stderr)
        else:
            done = self.hal9("run", file, "--input", payload.strip(), "--json", code=DONE)
            self.assertEqual(json.loads(done.stdout)["result"], json.loads(outcome))

    def test_examples_end_as_their_pages_say(self):
        pages = 0
        for page in sorted(PAGES.glob("*.md")):
            found = list(examples(page.read_text(encoding="utf-8")))
            pages += bool(found)
            for number, example in enumerate(found, 1):
                with self.subTest(page=page.name, example=number):
                    self.data = self.folder / f"{page.stem}-{number}"
                    self.check(*example)
        self.assertGreaterEqual(pages, RUNNABLE)


if __name__ == "__main__":
    unittest.main()

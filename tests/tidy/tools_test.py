#!/usr/bin/env python3
"""What tools/ finds in documents and leaves unread, so that neither check can go blind."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import clang_tidy  # noqa: E402  (found by the line above)
import docs  # noqa: E402


class Documents(unittest.TestCase):
    def blocks(self, text):
        return list(docs.shell_blocks(text))

    def test_blocks_of_a_shell_are_found_whatever_stands_before_them(self):
        text = "```json\n{}\n```\nwords\n```sh\nhal9 a\n```\n\n```yaml\nx: 1\n```\n```\nhal9 b\n```\n```console\n$ hal9 c\n```\n"
        self.assertEqual(self.blocks(text), ["hal9 a", "hal9 b", "$ hal9 c"])

    def test_text_between_blocks_is_none(self):
        self.assertEqual(self.blocks("```json\n{}\n```\nhal9 unknown\n```json\n{}\n```\n"), [])

    def test_a_fence_inside_a_longer_one_is_text(self):
        self.assertEqual(self.blocks("````md\n```sh\nhal9 a\n```\n````\n~~~sh\n```\n~~~\n"), ["```"])

    def test_a_block_that_never_ends_goes_to_the_end(self):
        self.assertEqual(self.blocks("```sh\nhal9 a\nhal9 b"), ["hal9 a\nhal9 b"])

    def test_an_unknown_command_behind_another_block_is_a_fault(self):
        text = "```json\n{}\n```\n```sh\nhal9 fly\n```\n"
        faults = list(docs.command_faults(docs.ROOT / "x.md", text, ["test"], '"run"'))
        self.assertEqual(len(faults), 1)
        self.assertIn("`hal9 fly`", faults[0])


class FakeTree:
    """a.cpp and b.cpp include h.hpp."""

    texts = {"a.cpp": "", "b.cpp": "", "h.hpp": "", "lone.hpp": ""}

    def reach(self, path):
        return [path, "h.hpp"] if path.endswith(".cpp") else [path]


class Unread(unittest.TestCase):
    def test_a_changed_file_that_was_not_read_is_told(self):
        self.assertEqual(clang_tidy.unread(FakeTree(), {"a.cpp", "b.cpp", "README.md"}, {"b.cpp"}), ["a.cpp"])

    def test_a_changed_header_is_read_with_any_file_that_includes_it(self):
        self.assertEqual(clang_tidy.unread(FakeTree(), {"h.hpp"}, {"b.cpp"}), [])
        self.assertEqual(clang_tidy.unread(FakeTree(), {"h.hpp", "lone.hpp"}, set()), ["h.hpp", "lone.hpp"])


class Commands(unittest.TestCase):
    def test_a_precompiled_header_that_nobody_made_is_not_asked_for(self):
        given = "clang++ -O2 -include-pch /x/y.hpp.pch -o a.o -c a.cpp"
        self.assertEqual(clang_tidy.without_precompiled(given), "clang++ -O2 -o a.o -c a.cpp")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The house rules on this tree, and for each rule a small tree that breaks it, so that no rule can go blind."""

import pathlib
import subprocess
import tempfile
import unittest

import rules

LAYERS = """
# comment
base:                   | boost/json ; private: openssl
model: base             | ; private: re2
ports: base
services: ports
adapters/memory: ports
adapters/sqlite: model base | ; private: sqlite3
app: everything
/sim: model base
"""

# What the root may hold beside single files.
PLACES = {".ci", "bench", "cmake", "docs", "examples", "fuzz", "schema", "sim", "src", "tests", "tools"}

HEADER = "// What it is for.\n#pragma once\n"


class Tree(unittest.TestCase):
    """A tree with one file in it, or a few."""

    def faults(self, files, layers=LAYERS):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {"src/hal9/LAYERS": layers, **files}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return rules.check(root)

    def assert_clean(self, files):
        self.assertEqual(self.faults(files), [])

    def assert_fault(self, files, start, words):
        faults = self.faults(files)
        self.assertEqual(len(faults), 1, faults)
        self.assertTrue(faults[0].startswith(start), faults)
        self.assertIn(words, faults[0])


class ThisTree(unittest.TestCase):
    def test_keeps_the_rules(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        self.assertTrue(any(rules.sources(root)), "no source file found to read")
        faults = rules.check(root)
        self.assertEqual(faults, [], "\n" + "\n".join(faults))


    def test_nothing_is_committed_that_a_build_or_a_run_left_behind(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        if not (root / ".git").exists():
            self.skipTest("not a checkout of git")
        listed = subprocess.run(["git", "-C", str(root), "ls-files"], capture_output=True, text=True, check=True)
        strays = [
            path
            for path in listed.stdout.splitlines()
            if path.split("/")[0] not in PLACES and "/" in path
            or path.endswith((".db", ".db-wal", ".log", "/lock")) and not path.startswith("tests/data/")
        ]
        self.assertEqual(strays, [])


class Modules(Tree):
    def test_declared_module_may_be_used(self):
        self.assert_clean({"src/hal9/model/a.cpp": '#include "hal9/model/a.hpp"\n#include "hal9/base/b.hpp"\n'})

    def test_undeclared_module_is_refused(self):
        self.assert_fault({"src/hal9/base/a.cpp": '\n#include "hal9/model/a.hpp"\n'}, "src/hal9/base/a.cpp:2:", "`model`")

    def test_module_of_two_words_is_told_from_its_parent(self):
        self.assert_clean({"src/hal9/app/a.cpp": '#include "hal9/adapters/sqlite/a.hpp"\n'})
        self.assert_fault(
            {"src/hal9/model/a.cpp": '#include "hal9/adapters/sqlite/a.hpp"\n'}, "src/hal9/model/a.cpp:1:", "`adapters/sqlite`"
        )

    def test_tests_above_the_ports_may_use_the_store_in_memory(self):
        text = '#include "hal9/adapters/memory/a.hpp"\n'
        self.assert_clean(
            {"src/hal9/services/a_test.cpp": text, "src/hal9/services/detail/a_fixture.hpp": HEADER + text}
        )
        for path in ("src/hal9/services/a.cpp", "src/hal9/services/detail/a.cpp", "src/hal9/model/a_test.cpp"):
            with self.subTest(path=path):
                self.assert_fault({path: text}, path + ":1:", "`adapters/memory`")

    def test_simulator_may_not_use_app(self):
        self.assert_fault({"sim/a.cpp": '#include "hal9/app/a.hpp"\n'}, "sim/a.cpp:1:", "`app`")

    def test_module_may_not_use_the_simulator(self):
        self.assert_fault({"src/hal9/app/a.cpp": '#include "sim/a.hpp"\n'}, "src/hal9/app/a.cpp:1:", "`/sim`")

    def test_relative_include_is_refused(self):
        self.assert_fault({"src/hal9/base/a.cpp": '#include "b.hpp"\n'}, "src/hal9/base/a.cpp:1:", "in no module")

    def test_own_header_in_brackets_is_refused(self):
        self.assert_fault({"src/hal9/model/a.cpp": "#include <hal9/base/b.hpp>\n"}, "src/hal9/model/a.cpp:1:", "quotes")

    def test_include_in_a_comment_is_none(self):
        self.assert_clean({"src/hal9/base/a.cpp": '/*\n#include "hal9/model/a.hpp"\n*/\n// #include <zlib.h>\n'})

    def test_detail_is_private_to_its_module(self):
        self.assert_clean({"src/hal9/base/a.cpp": '#include "hal9/base/detail/b.hpp"\n'})
        self.assert_fault(
            {"src/hal9/model/a.cpp": '#include "hal9/base/detail/b.hpp"\n'}, "src/hal9/model/a.cpp:1:", "private to `base`"
        )

    def test_folder_missing_from_layers_is_refused(self):
        self.assert_fault({"src/hal9/http/a.cpp": ""}, "src/hal9/http/a.cpp:1:", "folder src/hal9/http")
        self.assert_fault({"src/hal9/base/deep/a.cpp": ""}, "src/hal9/base/deep/a.cpp:1:", "folder src/hal9/base/deep")
        self.assert_fault({"tests/other/a.cpp": ""}, "tests/other/a.cpp:1:", "folder tests/other")


class Libraries(Tree):
    def test_public_library_may_be_included_by_the_module_and_those_that_use_it(self):
        text = HEADER + "#include <boost/json.hpp>\n#include <boost/json/value.hpp>\n"
        self.assert_clean({"src/hal9/base/a.hpp": text, "src/hal9/model/a.hpp": text})

    def test_private_library_is_for_sources_and_detail(self):
        self.assert_clean(
            {
                "src/hal9/adapters/sqlite/a.cpp": "#include <sqlite3.h>\n",
                "src/hal9/adapters/sqlite/a_test.cpp": "#include <sqlite3.h>\n",
                "src/hal9/adapters/sqlite/detail/a.hpp": HEADER + "#include <sqlite3.h>\n",
            }
        )
        self.assert_fault(
            {"src/hal9/adapters/sqlite/a.hpp": HEADER + "#include <sqlite3.h>\n"},
            "src/hal9/adapters/sqlite/a.hpp:3:",
            "private to `adapters/sqlite`",
        )

    def test_private_library_does_not_pass_to_others(self):
        self.assert_fault({"src/hal9/app/a.cpp": "#include <sqlite3.h>\n"}, "src/hal9/app/a.cpp:1:", "may not include")

    def test_undeclared_library_is_refused(self):
        self.assert_fault({"src/hal9/model/a.cpp": "#include <zlib.h>\n"}, "src/hal9/model/a.cpp:1:", "<zlib.h>")
        self.assert_fault({"src/hal9/model/a.cpp": "#include <boost/jsonx.hpp>\n"}, "src/hal9/model/a.cpp:1:", "<boost/jsonx.hpp>")

    def test_test_libraries_are_for_tests(self):
        self.assert_clean({"src/hal9/base/a_test.cpp": "#include <gtest/gtest.h>\n"})
        self.assert_fault({"src/hal9/base/a.cpp": "#include <gtest/gtest.h>\n"}, "src/hal9/base/a.cpp:1:", "outside a test")

    def test_deciding_modules_open_neither_files_nor_sockets(self):
        self.assert_fault({"src/hal9/model/a.cpp": "#include <sys/socket.h>\n"}, "src/hal9/model/a.cpp:1:", "behind a port")
        self.assert_fault({"src/hal9/model/a.cpp": "#include <fstream>\n"}, "src/hal9/model/a.cpp:1:", "behind a port")
        self.assert_clean({"src/hal9/adapters/sqlite/a.cpp": "#include <sys/socket.h>\n#include <fstream>\n#include <unistd.h>\n"})


class Text(Tree):
    def test_file_of_600_lines_passes_and_601_do_not(self):
        self.assert_clean({"src/hal9/base/a.cpp": "\n" * 600})
        self.assert_fault({"src/hal9/base/a.cpp": "\n" * 601}, "src/hal9/base/a.cpp:601:", "601 lines")

    def test_clock_is_read_in_adapters_app_bench_and_tests_only(self):
        for call in (
            "std::chrono::steady_clock::now()",
            "system_clock::now ()",
            "std::time(nullptr)",
            "::time(0)",
            "gettimeofday(&t, nullptr)",
            "clock_gettime(CLOCK_MONOTONIC, &t)",
        ):
            with self.subTest(call=call):
                self.assert_fault({"src/hal9/model/a.cpp": f"\nauto x = {call};\n"}, "src/hal9/model/a.cpp:2:", "clock")
                self.assert_clean({"src/hal9/adapters/sqlite/a.cpp": f"auto x = {call};\n"})

    def test_injected_clock_is_fine(self):
        self.assert_clean({"src/hal9/model/a.cpp": "auto x = clock.now(); auto y = clock_->now(); auto z = run.time(0);\n"})

    def test_capture_of_everything_by_copy_is_refused(self):
        for capture in ("[=]", "[=, this]", "[ = ]"):
            with self.subTest(capture=capture):
                self.assert_fault({"src/hal9/base/a.cpp": f"auto f = {capture} {{}};\n"}, "src/hal9/base/a.cpp:1:", "captures")

    def test_strings_and_comments_are_no_code(self):
        self.assert_clean(
            {"src/hal9/base/a.cpp": 'auto s = "[=] time(0)"; // [=]\nauto c = R"x(steady_clock::now())x"; auto n = 1\'000\'000;\n'}
        )

    def test_code_between_digit_separators_is_code(self):
        self.assert_fault({"src/hal9/base/a.cpp": "f(1'000, [=] {}, 2'000);\n"}, "src/hal9/base/a.cpp:1:", "captures")

    def test_header_needs_pragma_once_and_an_opening_comment(self):
        self.assert_clean({"src/hal9/base/a.hpp": HEADER, "src/hal9/base/b.hpp": "#pragma once\n\n// For b.\n"})
        self.assert_fault({"src/hal9/base/a.hpp": "// For a.\nint a();\n"}, "src/hal9/base/a.hpp:1:", "#pragma once")
        self.assert_fault({"src/hal9/base/a.hpp": "#pragma once\nint a();\n"}, "src/hal9/base/a.hpp:1:", "opening comment")


class Layers(Tree):
    def test_line_may_not_name_a_later_one(self):
        faults = self.faults({}, "base: model\nmodel:\n")
        self.assertEqual(faults, ["src/hal9/LAYERS:1: `base` names `model`; only earlier lines may be named"])

    def test_line_may_not_stand_twice(self):
        self.assertIn("LAYERS:2: `base` stands", self.faults({}, "base:\nbase:\n")[0])

    def test_line_that_cannot_be_read_is_refused(self):
        self.assertIn("LAYERS:2: cannot be read", self.faults({}, "base:\nmodel base\n")[0])


if __name__ == "__main__":
    unittest.main()

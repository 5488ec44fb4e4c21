#!/usr/bin/env python3
"""The build's own checks of the layers, each on a small tree that breaks it: cmake/Hal9Layers.cmake refuses a bad line,
the link check finds a symbol of a higher module, the header check one that leans on its includer."""

import os
import pathlib
import subprocess
import tempfile
import unittest

CMAKE = pathlib.Path(__file__).resolve().parents[2] / "cmake"

PROJECT = f"""
cmake_minimum_required(VERSION 3.25)
project(probe LANGUAGES C CXX)
list(APPEND CMAKE_MODULE_PATH {CMAKE})
include(Hal9Toolchain)
include(Hal9ThirdParty)
include(Hal9Pch)
include(Hal9Layers)
include(Hal9Module)
hal9_read_layers(${{PROJECT_SOURCE_DIR}}/src/hal9/LAYERS)
hal9_add_layers()
"""

TREE = {
    "CMakeLists.txt": PROJECT,
    "src/hal9/LAYERS": "low:\nhigh: low\n",
    "src/hal9/low/CMakeLists.txt": "hal9_module(low)\n",
    "src/hal9/low/low.hpp": "#pragma once\nint low();\n",
    "src/hal9/low/low.cpp": '#include "hal9/low/low.hpp"\nint low() { return 1; }\n',
    "src/hal9/high/CMakeLists.txt": "hal9_module(high)\n",
    "src/hal9/high/high.hpp": '#pragma once\n#include "hal9/low/low.hpp"\nint high();\n',
    "src/hal9/high/high.cpp": '#include "hal9/high/high.hpp"\nint high() { return low() + 1; }\n',
}


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, " ".join(done.stdout.split())


class Layers(unittest.TestCase):
    """What configuring says of LAYERS, without configuring anything."""

    def read(self, layers):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "LAYERS").write_text(layers, encoding="utf-8")
            script = f"cmake_minimum_required(VERSION 3.25)\ninclude({CMAKE}/Hal9Layers.cmake)\nhal9_read_layers({root}/LAYERS)\n"
            (root / "read.cmake").write_text(script, encoding="utf-8")
            return run("cmake", "-P", str(root / "read.cmake"))

    def test_good_lines_are_read(self):
        self.assertEqual(self.read("# one\nlow: | boost/json ; private: openssl\nhigh: low\nall: everything\n"), (0, ""))

    def test_line_naming_a_later_one_is_refused(self):
        code, text = self.read("low: high\nhigh:\n")
        self.assertNotEqual(code, 0)
        self.assertIn("LAYERS:1: `low` names `high`", text)

    def test_line_that_stands_twice_is_refused(self):
        code, text = self.read("low:\n\nlow:\n")
        self.assertNotEqual(code, 0)
        self.assertIn("LAYERS:3: `low` stands", text)

    def test_line_that_cannot_be_read_is_refused(self):
        code, text = self.read("low\n")
        self.assertNotEqual(code, 0)
        self.assertIn("LAYERS:1:", text)


class Build(unittest.TestCase):
    """What building a small tree says."""

    def build(self, changes, target):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**TREE, **changes}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            compiler = os.environ.get("CXX", "clang++-19")
            code, text = run(
                "cmake", "-G", "Ninja", "-S", folder, "-B", folder + "/build", "-DCMAKE_CXX_COMPILER=" + compiler
            )
            if code != 0:
                return code, text
            return run("cmake", "--build", folder + "/build", "--target", target)

    def test_clean_tree_passes_link_and_header_checks(self):
        code, text = self.build({}, "all")
        self.assertEqual(code, 0, text)
        code, text = self.build({}, "all_verify_interface_header_sets")
        self.assertEqual(code, 0, text)

    def test_symbol_of_a_higher_module_fails_the_link_check(self):
        code, text = self.build({"src/hal9/low/low.cpp": "int high();\nint low();\nint low() { return high(); }\n"}, "hal9_low_link")
        self.assertNotEqual(code, 0)
        self.assertIn("high()", text)

    def test_header_that_leans_on_its_includer_fails_the_header_check(self):
        code, text = self.build({"src/hal9/low/low.hpp": "#pragma once\nstd::string low();\n"}, "all_verify_interface_header_sets")
        self.assertNotEqual(code, 0)
        self.assertIn("low.hpp", text)

    def test_module_in_the_folder_of_another_is_refused(self):
        code, text = self.build({"src/hal9/high/CMakeLists.txt": "hal9_module(low)\n"}, "all")
        self.assertNotEqual(code, 0)
        self.assertIn("hal9_module(low) belongs in src/hal9/low", text)

    def test_line_without_a_folder_is_refused(self):
        code, text = self.build({"src/hal9/LAYERS": "low:\nhigh: low\nhigher: low\n"}, "all")
        self.assertNotEqual(code, 0)
        self.assertIn("names `higher`, but there is no src/hal9/higher/CMakeLists.txt", text)

    def test_module_without_a_source_is_refused(self):
        code, text = self.build({"src/hal9/LAYERS": "low:\nhigh: low\nno: low\n", "src/hal9/no/CMakeLists.txt": "hal9_module(no)\n"}, "all")
        self.assertNotEqual(code, 0)
        self.assertIn("src/hal9/no has neither a source nor a header", text)


if __name__ == "__main__":
    unittest.main()

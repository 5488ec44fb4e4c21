"""Bad input: definitions, files and grants that are wrong. A clear error in its place, the right exit code, nothing lost."""

import gzip
import os
import re
import resource
import unittest

import support
from support import DONE, FAILED, REFUSED, USAGE

FAULT = re.compile(r"network\.yaml(?::(\d+:\d+))?: (.+)")
MIB = 1 << 20
GIB = 1 << 30


def definition(*neurons, start="a"):
    """A definition in YAML; the first neuron stands on line 5."""
    return f"hal9: 1\nname: test\nstart: {start}\nneurons:\n" + "".join(f"  {neuron}\n" for neuron in neurons)


def delay(name, layer="L5", more=""):
    return f"{name}: {{layer: {layer}, kind: delay, settings: {{for: 0s}}{more}}}"


def split(setting):
    return "a: {layer: L5, kind: text.split, settings: {text: '${/text}', " + setting + "}}"


class Definitions(support.Case):
    def assert_faults(self, content, *expected):
        """`check` and `run` tell exactly these, each a place (a pattern) and words of the message; and `run` stores nothing."""
        self.write("network.yaml", content)
        checked = self.hal9("check", "network.yaml", code=FAILED)
        self.assertEqual(checked.stdout, "")
        *faults, count = checked.stderr.splitlines()
        self.assertEqual(count, "1 fault" if len(expected) == 1 else f"{len(expected)} faults", checked.stderr)
        self.assertEqual(len(faults), len(expected), checked.stderr)
        for line, (place, *words) in zip(faults, expected):
            found = FAULT.fullmatch(line)
            self.assertIsNotNone(found, line)
            self.assertRegex(found.group(1) or "nowhere", f"^(?:{place or 'nowhere'})$", line)
            for word in words:
                self.assertIn(word, found.group(2))
        ran = self.hal9("run", "network.yaml", "--json", code=FAILED)
        self.assertEqual(ran.stdout, "")
        self.assertEqual(ran.stderr.splitlines(), faults)
        self.assertFalse(self.data.exists(), "a store was made for a definition with faults")

    def test_broken_yaml_is_told_where_reading_stopped(self):
        for content, place, word in (
            ("hal9: 1\nname: test\nneurons: [a, b\nstart: a\n", "4:6", "brackets"),
            ('hal9: 1\nname: "test\n', r"3:\d", "quotes"),
            ("hal9: 1\n\tname: test\n", "2:1", "indent with spaces"),
            ("hal9: 1\nname: test\n start: a\n", "3:7", "indentation"),
            ("hal9: 1\nname: test: test\n", "2:11", "quotes"),
        ):
            with self.subTest(content=content):
                self.assert_faults(content, (place, word))

    def test_unknown_kind_comes_with_the_nearest_one(self):
        text = definition("a: {layer: L5, kind: text.splt, settings: {text: a}}")
        self.assert_faults(text, ("5:24", 'unknown kind "text.splt"', "did you mean `text.split`?"))

    def test_unknown_keys_come_with_the_nearest_ones(self):
        text = definition(delay("a", more=", concurency: 4")) + "strat: a\n"
        self.assert_faults(
            text,
            ("5:52", 'unknown key "concurency" in neuron "a"', "did you mean `concurrency`?"),
            ("6:1", 'unknown key "strat"', "did you mean `start`?"),
        )

    def test_unknown_setting_comes_with_the_nearest_one(self):
        text = definition("a: {layer: L5, kind: text.split, settings: {text: a, on: b, limt: 4}}")
        self.assert_faults(text, ("5:63", '"limt"', "did you mean `limit`?"))

    def test_unknown_neurons_come_with_the_nearest_ones(self):
        text = definition(delay("begin", more=", forward: [wrok]"), delay("work"), start="begn")
        self.assert_faults(
            text,
            ("3:8", 'unknown neuron "begn"', "did you mean `begin`?"),
            (r"5:\d+", 'unknown neuron "wrok"', "did you mean `work`?"),
        )

    def test_cycle_is_told_with_its_way_round(self):
        text = definition(
            delay("a", more=", forward: [b]"), delay("b", more=", forward: [c]"), delay("c", more=", forward: [a]")
        )
        self.assert_faults(text, ("7:62", "a cycle: a -> b -> c -> a", "remove one of them"))
        self.assert_faults(definition(delay("a", more=", forward: [a]")), ("5:62", "a cycle: a -> a"))

    def test_neuron_that_nothing_reaches_is_a_fault(self):
        text = definition(delay("a", more=", forward: [b]"), delay("b"), delay("lonely"))
        self.assert_faults(text, ("7:3", 'neuron "lonely" cannot be reached from the start "a"', "forward to it, or remove it"))

    def test_connection_to_a_wrong_layer_says_which_are_allowed(self):
        text = definition(delay("a", more=", forward: [low]"), delay("low", "L3"))
        self.assert_faults(text, ("5:62", "two layers below (L5 -> L3)", "allowed: the same or the next lower layer"))
        text = definition(delay("a", more=", forward: [high]"), delay("high", "L6"))
        self.assert_faults(text, ("5:62", "one layer above (L5 -> L6)", "allowed: the same or the next lower layer"))
        self.assert_faults(definition(delay("a", "L10")), ("5:14", '"L10"', "L1", "L9"))

    def test_values_of_wrong_types_say_what_is_allowed(self):
        text = definition(
            "a:",
            "  layer: 5",
            "  kind: text.split",
            "  settings: {text: 7, on: [x], limit: many}",
            "  concurrency: lots",
            "  timeout: 12",
        ).replace("name: test", "name: [test]")
        self.assert_faults(
            text,
            ("2:7", '"name" is a list', "a string"),
            ("6:12", '"layer"', "L1", "L9"),
            ("8:22", '"text"', "is 7", "a string"),
            ("8:29", '"on"', "is a list", "a string"),
            ("8:41", '"limit"', '"many"', "a whole number"),
            ("9:18", '"concurrency"', "a string", "a whole number from 1 to"),
            ("10:14", '"timeout"', "a number", "with its unit, for example 30s"),
        )

    def test_definition_of_ten_megabytes_is_refused_by_its_size(self):
        text = definition(*(delay(f"a{number}") for number in range(200_000)))
        self.assertGreater(len(text), 10_000_000)
        self.assert_faults(text, (None, f"{len(text):,} bytes", "allowed: 1MiB (definition_bytes_max)"))

    def test_endless_definition_is_not_read_to_its_end(self):
        with open("/dev/zero", "rb") as zeros:
            for arguments, stdin in ((["/dev/zero"], None), (["-"], zeros)):
                done = self.hal9("check", *arguments, stdin=stdin)
                self.assert_error(done, REFUSED, arguments[0], "16MiB")

    def test_alias_bomb_is_refused_at_the_alias_that_is_too_many(self):
        bomb = "description: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        bomb += "".join(f"d{depth}: &a{depth} [{', '.join([f'*a{depth - 1}'] * 10)}]\n" for depth in range(1, 20))
        words = ("more than 100 expansions", "definition_alias_max", "defaults")
        self.assert_faults("hal9: 1\nname: test\n" + bomb, ("5:50", *words))

    def test_deep_nesting_is_refused_where_it_is_too_deep(self):
        text = "hal9: 1\ndescription: " + "[" * 10_000 + "]" * 10_000
        self.assert_faults(text, ("2:77", "nested deeper than 64 levels (definition_depth_max)"))

    def test_invalid_utf8_is_told_at_its_byte(self):
        for content, place in (
            (b'hal9: 1\nname: "caf\xe9"\n', "2:11"),
            (b"hal9: 1\nname: \xc0\x80\n", "2:7"),
            (b"hal9: 1\nname: \xed\xa0\x80\n", "2:7"),
            ("hal9: 1\n".encode("utf-16"), "1:1"),
        ):
            with self.subTest(content=content):
                self.assert_faults(content, (place, "not UTF-8", "save the file as UTF-8"))

    def test_control_character_is_told_at_its_place(self):
        self.assert_faults(b"hal9: 1\nname: te\0st\n", ("2:9", "a control character"))

    def test_pattern_that_re2_refuses_is_told_with_the_reason(self):
        for pattern, words in (
            ("(?=look)ahead", ["refused by RE2", "(?="]),
            (r"(back)\1", ["refused by RE2", r"\1"]),
            ("(open", ["refused by RE2", "missing )"]),
            ("a{1001}", ["refused by RE2", "repetition"]),
            (r"\pN{1000}\pL{1000}", ["refused by RE2", "too large"]),
            ("x" * 5000, ["5,000 bytes", "4,096 (pattern_bytes_max)"]),
        ):
            with self.subTest(pattern=pattern[:40]):
                self.assert_faults(definition(split(f"on: '{pattern}'")), ("5:69", '"on" of neuron "a"', *words))

    def test_pattern_that_the_input_brings_is_refused_in_the_run(self):
        file = self.write("network.yaml", definition(split("on: '${/pattern}'")))
        run = self.json("run", file, "--input", '{"text": "x", "pattern": "(?=x)"}', shape="run", code=FAILED)
        self.assertEqual(run["error"]["code"], "invalid_argument")
        for word in ("`on`", "RE2", "(?="):
            self.assertIn(word, run["error"]["message"])


class Arguments(support.Case):
    def test_input_that_is_no_json_names_its_file_and_starts_nothing(self):
        network = self.write("network.yaml", definition(delay("a")))
        for content in (b'{"text": "x",\n "b": }', b'{"text": "caf\xe9"}', b"[" * 100_000, b""):
            with self.subTest(content=content[:30]):
                file = self.write("input.json", content)
                self.assert_error(self.hal9("run", network, "--input", file), USAGE, "input.json", "JSON")
        self.assertFalse(self.data.exists())

    def test_file_that_may_not_be_read_is_named(self):
        options = support.without_privileges(self)
        network = self.write("network.yaml", definition(delay("a")))
        closed = self.write("closed", "{}")
        closed.chmod(0)
        for arguments in (["check", closed], ["run", closed], ["run", network, "--input", closed], ["runs", "--config", closed]):
            with self.subTest(arguments=arguments):
                self.assert_error(self.hal9(*arguments, **options), USAGE, "closed", "Permission denied", "readable file")
        self.assertFalse(self.data.exists())


def reader(**more):
    """Reads the file /path."""
    return support.network({"start": {"layer": "L3", "kind": "files.read", "settings": {"path": "${/path}"}, **more}})


def lister(on_child_error="fail", links="skip", gate=None):
    """Reads every file beneath /directory, behind a gate if there is one."""
    neurons = {
        "start": {
            "layer": "L5",
            "kind": "files.list",
            "settings": {"directory": "${/directory}", "links": links},
            "forward": ["gate" if gate else "read"],
            "on_child_error": on_child_error,
            "combine": {"files": {"count": "children"}, "texts": {"collect": "/text"}},
        },
        "read": {"layer": "L4", "kind": "files.read", "settings": {"path": "${/path}"}},
    }
    if gate:
        neurons["gate"] = {"layer": "L4", "forward": ["read"], **gate}
    return support.network(neurons)


class Reading(support.Case):
    """Runs that read files of the folder `granted`."""

    def setUp(self):
        super().setUp()
        self.granted = self.folder / "granted"
        self.granted.mkdir()
        self.reader = self.write("reader.json", reader())

    def put(self, name, content):
        return self.write(f"granted/{name}", content)

    def read(self, path, code=DONE, **options):
        grant = f"files.read={self.granted}"
        return self.json("run", self.reader, "--grant", grant, "--set", f"path={path}", shape="run", code=code, **options)

    def list(self, network, directory=None, code=DONE, **options):
        arguments = ["--grant", f"files.read={self.granted}", "--set", f"directory={directory or self.granted}"]
        return self.json("run", network, *arguments, shape="run", code=code, **options)

    def assert_read_fails(self, path, error, *words, **options):
        """The run fails with this error, which names the file; and so it is found again."""
        run = self.read(path, code=FAILED, **options)
        self.assertEqual((run["status"], run["error"]["code"]), ("failed", error), run["error"])
        for word in (str(path), *words):
            self.assertIn(word, run["error"]["message"])
        self.assertEqual(self.json("show", "last", **options)["error"], run["error"])
        plain = self.hal9("resume", "last", **options)
        self.assert_error(plain, FAILED, run["id"], f"failed ({error}): {run['error']['message']}")

    def errors_of(self, neuron):
        """Each error that the tree of the newest run tells of a neuron, with how often it was met."""
        tree = self.json("show", "last", "--tree", shape="tree")
        of = next(each for each in tree["neurons"] if each["neuron"] == neuron)
        return {(error["code"], error["message"]): error["count"] for error in of["errors"]}


class Files(Reading):
    def test_invalid_utf8_in_a_file_is_replaced_and_counted(self):
        result = self.read(self.put("latin", b"caf\xe9 \xff\xfe ok"))["result"]
        self.assertEqual((result["text"], result["replaced"]), ("caf\ufffd \ufffd\ufffd ok", 3))

    def test_file_named_gz_that_is_not_gzip_is_read_as_it_is(self):
        self.assertEqual(self.read(self.put("plain.gz", "not gzip"))["result"]["text"], "not gzip")
        self.assertEqual(self.read(self.put("empty.gz", ""))["result"]["text"], "")

    def test_damaged_gzip_is_data_loss_in_that_file(self):
        whole = gzip.compress(b"some text" * 100, mtime=0)
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 0xFF
        for name, content in (("cut.gz", whole[:-9]), ("flipped.gz", bytes(flipped)), ("magic.gz", b"\x1f\x8b\x08 and no more")):
            with self.subTest(name):
                self.assert_read_fails(self.put(name, content), "data_loss", "gzip")

    def test_gzip_bomb_is_refused_at_the_limit_and_never_unpacked_whole(self):
        bomb = self.put("bomb.gz", gzip.compress(bytes(16 * MIB), mtime=0) * 512)  # 8 GiB in 8 MB

        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (2 * GIB, 2 * GIB))

        self.assert_read_fails(bomb, "limit_exceeded", "16MiB (file_bytes_max)", preexec_fn=little_memory)

    def test_file_over_the_limit_is_refused(self):
        self.assert_read_fails(self.put("large", bytes(16 * MIB + 1)), "limit_exceeded", "16MiB (file_bytes_max)")

    def test_what_is_no_regular_file_is_refused_at_once(self):
        pipe = self.granted / "pipe"
        os.mkfifo(pipe)
        os.symlink("circle", self.granted / "circle")
        self.assert_read_fails(pipe, "invalid_argument", "only regular files are read")
        self.assert_read_fails(self.granted, "invalid_argument", "directory", "only regular files are read")
        self.assert_read_fails(self.granted / "circle", "permission_denied", "links lead nowhere")
        self.assert_read_fails(self.granted / "nothing", "not_found", "No such file")

    def test_bad_files_are_skipped_where_the_network_says_so_and_told(self):
        self.put("1-good", "one")
        cut = self.put("2-cut.gz", gzip.compress(b"text", mtime=0)[:-4])
        bomb = self.put("3-bomb.gz", gzip.compress(bytes(17 * MIB), mtime=0))
        self.put("4-good", "two")
        skipping = self.write("skipping.json", lister("skip"))
        self.assertEqual(self.list(skipping)["result"], {"files": 2, "texts": ["one", "two"]})
        errors = self.errors_of("read")
        self.assertEqual(sorted((code, count) for (code, _), count in errors.items()), [("data_loss", 1), ("limit_exceeded", 1)])
        told = " ".join(message for _, message in errors)
        self.assertIn(str(cut), told)
        self.assertIn(str(bomb), told)
        strict = self.write("strict.json", lister("fail"))
        error = self.list(strict, code=FAILED)["error"]
        self.assertEqual(error["code"], "data_loss")
        self.assertIn(str(cut), error["message"])

    def test_file_removed_between_list_and_read_is_skipped_or_fails_the_run(self):
        # At the first attempt the gate parks all three, at the second it lets them through.
        gate = {
            "kind": "fail",
            "settings": {"rate": 0.5, "seed": 3, "error": "invalid_argument"},
            "on_exhausted": "park",
        }
        for on_child_error in ("skip", "fail"):
            with self.subTest(on_child_error):
                for name in "abc":
                    self.put(name, name)
                network = self.write("gate.json", lister(on_child_error, gate=gate))
                self.assertEqual(self.list(network, code=FAILED)["signals"]["parked"], 3, "the gate is open")
                (self.granted / "b").unlink()
                self.assertEqual(self.json("dead", "redrive", "--all"), {"count": 3})
                run = self.json("resume", "last", shape="run", code=DONE if on_child_error == "skip" else FAILED)
                told = {("not_found", f"cannot open {self.granted / 'b'}: No such file or directory"): 1}
                self.assertEqual(self.errors_of("read"), told)
                if on_child_error == "skip":
                    self.assertEqual(run["result"], {"files": 2, "texts": ["a", "c"]})
                else:
                    self.assertEqual([(run["error"]["code"], run["error"]["message"])], list(told))

    def test_file_that_may_not_be_read_is_permission_denied(self):
        options = support.without_privileges(self)
        self.put("1-good", "one")
        closed = self.put("2-closed", "secret")
        closed.chmod(0)
        self.assert_read_fails(closed, "permission_denied", "Permission denied", **options)
        skipping = self.write("skipping.json", lister("skip"))
        self.assertEqual(self.list(skipping, **options)["result"], {"files": 1, "texts": ["one"]})

    def test_directory_that_may_not_be_listed_fails_the_list_by_name(self):
        options = support.without_privileges(self)
        closed = self.granted / "closed"
        closed.mkdir(mode=0)
        self.addCleanup(closed.chmod, 0o700)
        network = self.write("lister.json", lister("skip"))
        error = self.list(network, code=FAILED, **options)["error"]
        self.assertEqual(error["code"], "permission_denied")
        self.assertIn(str(closed), error["message"])


class Grants(Reading):
    """What lies outside of the granted directory stays there, whatever way is tried."""

    def setUp(self):
        super().setUp()
        self.secret = self.write("outside/secret", "secret")

    def test_link_out_of_the_grant_is_refused(self):
        os.symlink("../outside/secret", self.granted / "relative")
        os.symlink(self.secret, self.granted / "absolute")
        os.symlink(self.secret.parent, self.granted / "directory")
        for name in ("relative", "absolute", "directory/secret"):
            with self.subTest(name):
                grant = f"(files.read: {self.granted})"
                self.assert_read_fails(self.granted / name, "permission_denied", "out of the granted directory", grant)

    def test_links_out_of_the_grant_are_not_listed_even_where_links_are_followed(self):
        self.put("inside", "text")
        os.symlink("inside", self.granted / "link")
        os.symlink(self.secret, self.granted / "out")
        os.symlink(self.secret.parent, self.granted / "out-directory")
        following = self.write("following.json", lister(links="follow"))
        self.assertEqual(self.list(following)["result"], {"files": 2, "texts": ["text", "text"]})

    def test_dots_do_not_lead_out_of_the_grant(self):
        self.assert_read_fails(self.granted / "../outside/secret", "permission_denied", f"(files.read: {self.granted})")

    def test_directory_outside_of_the_grant_is_refused_with_what_is_granted(self):
        remedy = f"outside what files.read grants ({self.granted}); grant a directory above it"
        self.assert_read_fails(self.secret, "permission_denied", remedy)
        network = self.write("lister.json", lister())
        error = self.list(network, directory=self.secret.parent, code=FAILED)["error"]
        self.assertEqual(error["code"], "permission_denied")
        self.assertIn(remedy, error["message"])

    def test_directory_whose_name_only_begins_like_the_granted_one_is_outside(self):
        neighbour = self.write("granted-not/secret", "secret")
        self.assert_read_fails(neighbour, "permission_denied", "outside what files.read grants")

    def test_network_that_needs_a_grant_is_refused_without_before_anything_starts(self):
        done = self.hal9("run", self.reader, "--set", f"path={self.secret}")
        self.assert_error(done, REFUSED, '"test"', "needs the capability files.read", "--grant files.read=")
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.lines("runs"), [])

    def test_resume_adds_no_grant(self):
        self.assert_error(self.hal9("resume", "last", "--grant", f"files.read={self.granted}"), USAGE, "--grant")


if __name__ == "__main__":
    unittest.main()

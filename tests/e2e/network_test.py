"""Networks in the store: applied, listed, shown, compared, paused and deleted, with a holder and without one."""

import hashlib
import json
import os
import unittest

import support
from support import DONE, FAILED, UNREACHABLE, USAGE


def words(seconds, name="words"):
    return support.slow_network(seconds).replace('"name": "test"', f'"name": "{name}"')


class Networks(support.Case):
    """Two versions of `words` as files, of which the words wait for nothing and for a second."""

    def setUp(self):
        super().setUp()
        self.fast = self.write("fast.json", words(0))
        self.slow = self.write("slow.json", words(1))

    def apply(self, file, **options):
        return self.json("network", "apply", file, shape="network-apply", **options)


class Apply(Networks):
    def test_definition_is_stored_once(self):
        first = self.apply(self.fast)
        self.assertEqual((first["network"], first["version"], first["versions"], first["changed"]), ("words", 1, 1, True))
        again = self.apply(self.fast)
        self.assertEqual(again, {**first, "changed": False})
        second = self.apply(self.slow)
        self.assertEqual((second["version"], second["versions"], second["changed"]), (2, 2, True))
        self.assertNotEqual(second["hash"], first["hash"])
        self.assertEqual(self.lines("runs"), [])

    def test_people_are_told_what_became_of_it(self):
        self.assertRegex(self.hal9("network", "apply", self.fast, code=DONE).stdout, r"^words: new version 1 \([0-9a-f]{12}\)\n$")
        self.hal9("network", "apply", self.slow, code=DONE)
        text = self.hal9("network", "apply", self.fast, code=DONE).stdout
        self.assertRegex(text, r"^words: nothing changed, this is version 1 \([0-9a-f]{12}\); the newest is version 2\n$")

    def test_yaml_and_json_of_one_network_are_one_version(self):
        yaml = "hal9: 1\nname: one\nstart: a\nneurons:\n  a: {layer: L1, kind: delay, settings: {for: 1ms}}\n"
        json = '{"start":"a","neurons":{"a":{"kind":"delay","settings":{"for":"1ms"},"layer":"L1"}},"name":"one","hal9":1}'
        first = self.apply(self.write("one.yaml", yaml))
        second = self.apply("-", stdin=json)
        self.assertEqual((second["hash"], second["changed"]), (first["hash"], False))

    def test_what_a_run_must_be_granted_is_said(self):
        self.assertEqual(self.apply(support.EXAMPLE)["capabilities"], ["files.read"])
        self.assertEqual(self.apply(self.fast)["capabilities"], [])

    def test_faults_are_told_as_check_tells_them_and_nothing_is_stored(self):
        bad = self.write("bad.yaml", "hal9: 1\nname: x\nstart: a\nneurons:\n  a:\n    layer: L10\n    kind: text.splat\n")
        told = self.hal9("network", "apply", bad, code=FAILED)
        self.assertEqual(told.stderr, self.hal9("check", bad, code=FAILED).stderr)
        self.assertEqual(told.stdout, "")
        self.assertFalse(self.data.exists())

    def test_file_that_cannot_be_read_is_an_error(self):
        self.assert_error(self.hal9("network", "apply", "nowhere.yaml"), USAGE, "nowhere.yaml")

    def test_run_applies_the_same_version(self):
        applied = self.apply(self.fast)
        self.json("run", self.fast, "--set", "text=a", shape="run")
        self.assertEqual([version["id"] for version in self.lines("network", "list", "words")], [applied["id"]])


class List(Networks):
    def test_networks_are_listed_by_name(self):
        self.apply(self.fast)
        newest = self.apply(self.slow)
        self.apply(self.write("other.json", words(0, "other")))
        listed = self.lines("network", "list", shape="network-list")
        self.assertEqual([network["id"] for network in listed], ["other", "words"])
        self.assertEqual(listed[1]["newest"]["hash"], newest["hash"])
        self.assertEqual((listed[1]["versions"], listed[1]["state"], listed[1]["unfinished_runs"]), (2, "active", 0))
        table = self.hal9("network", "list", code=DONE).stdout.splitlines()
        self.assertEqual(table[0].split(), ["network", "version", "hash", "applied", "unfinished", "runs", "state"])
        self.assertEqual(table[2].split()[:3], ["words", "2", newest["hash"][:12]])

    def test_versions_of_one_are_listed_oldest_first(self):
        applied = [self.apply(file) for file in (self.fast, self.slow)]
        listed = self.lines("network", "list", "words", shape="network-version")
        self.assertEqual([version["hash"] for version in listed], [version["hash"] for version in applied])
        self.assertEqual([version["version"] for version in listed], [1, 2])
        self.assertEqual(len(self.hal9("network", "list", "words", code=DONE).stdout.splitlines()), 3)
        self.assert_error(self.hal9("network", "list", "wrods"), USAGE, '"wrods"', "hal9 network list")

    def test_without_a_store_there_are_none_and_none_is_made(self):
        self.assertEqual(self.hal9("network", "list", code=DONE).stdout, "no networks\n")
        self.assertEqual(self.lines("network", "list"), [])
        self.assertFalse(self.data.exists())

    def test_reading_needs_no_right_to_write(self):
        options = support.without_privileges(self)
        self.apply(self.fast, **options)
        for path in (*self.data.iterdir(), self.data):
            os.chmod(path, 0o500 if path == self.data else 0o400)
        self.addCleanup(os.chmod, self.data, 0o700)
        self.assert_error(self.hal9("network", "apply", self.slow, **options), UNREACHABLE, str(self.data))
        self.assertEqual(len(self.lines("network", "list", **options)), 1)


class Show(Networks):
    def test_example_is_drawn_from_a_file(self):
        text = self.hal9("network", "show", support.EXAMPLE, code=DONE).stdout
        self.assertIn("security-fixes, as it stands in ", text)
        self.assertIn("It starts at changelogs and needs files.read.", text)
        layers = [line[:2] for line in text.splitlines() if line.startswith("L")]
        self.assertEqual(layers, ["L6", "L5", "L4", "L3"])
        self.assertEqual(text.count("▼"), 3)
        self.assertFalse(self.data.exists())

    def test_version_is_drawn_by_name(self):
        self.apply(self.fast)
        self.apply(self.slow)
        self.assertIn("words, version 2 of 2 (", self.hal9("network", "show", "words", code=DONE).stdout)
        self.assertIn("words, version 1 of 2 (", self.hal9("network", "show", "words@1", code=DONE).stdout)
        self.assert_error(self.hal9("network", "show", "words@3"), USAGE, "no version 3", "hal9 network list words")
        self.assert_error(self.hal9("network", "show", "wrods"), USAGE, '"wrods"')

    def test_canonical_form_has_the_hash_of_the_version(self):
        applied = self.apply(self.slow)
        for named in ("words", applied["id"], self.slow):
            text = self.hal9("network", "show", named, "--json", code=DONE).stdout
            self.assertEqual(hashlib.sha256(text.rstrip("\n").encode()).hexdigest(), applied["hash"])
        self.assertFalse(self.apply("-", stdin=text)["changed"])

    def test_width_is_that_of_the_terminal(self):
        neurons = {"start": {"layer": "L2", "kind": "delay", "settings": {"for": "1ms"}, "forward": [f"neuron-{i}" for i in range(9)]}}
        neurons |= {f"neuron-{i}": {"layer": "L1", "kind": "delay", "settings": {"for": "1ms"}} for i in range(9)}
        file = self.write("wide.json", support.network(neurons))
        widths = []
        for columns in (80, 120):
            text = self.hal9("network", "show", file, code=DONE, env={"COLUMNS": str(columns)}).stdout
            widths.append(max(len(line) for line in text.splitlines()[3:]))
            self.assertLessEqual(widths[-1], columns)
        self.assertGreater(widths[1], 80)

    def test_graphviz_gets_every_neuron_and_connection(self):
        text = self.hal9("network", "show", self.fast, "--dot", code=DONE).stdout
        self.assertTrue(text.startswith('digraph "words" {\n') and text.endswith("}\n"))
        self.assertIn('"start" -> "work";', text)
        self.assertIn('"work" [label="work\\ndelay"];', text)
        self.assert_error(self.hal9("network", "show", self.fast, "--dot", "--json"), USAGE, "--dot")

    def test_faults_of_a_file_are_told_as_check_tells_them(self):
        bad = self.write("bad.yaml", "hal9: 1\nname: x\nstart: a\nneurons:\n  a:\n    layer: L10\n    kind: text.splat\n")
        told = self.hal9("network", "show", bad, code=FAILED)
        self.assertEqual(told.stderr, self.hal9("check", bad, code=FAILED).stderr)
        self.assert_error(self.hal9("network", "show", "nowhere.yaml"), USAGE, "nowhere.yaml")


class Diff(Networks):
    def setUp(self):
        super().setUp()
        self.before = self.apply(self.fast)
        self.after = self.apply(self.slow)

    def test_changed_members_are_told_with_both_values(self):
        difference = self.json("network", "diff", "words@1", "words@2", shape="network-diff")
        self.assertFalse(difference["equal"])
        self.assertEqual([side["hash"] for side in (difference["from"], difference["to"])], [self.before["hash"], self.after["hash"]])
        self.assertEqual(
            difference["neurons"],
            [
                {
                    "neuron": "work",
                    "change": "changed",
                    "members": [{"member": "/settings/for", "before": "0ms", "after": "1000ms"}],
                    "effects": ["work"],
                }
            ],
        )
        self.assertEqual(difference["affected"], ["start"])
        text = self.hal9("network", "diff", self.before["id"], "words", code=DONE).stdout
        self.assertIn('~ work: does something else\n    settings/for: "0ms" -> "1000ms"\n', text)
        self.assertIn("Unchanged, with results that may differ: start\n", text)
        self.assertIn("A run keeps the version it began with.\n", text)

    def test_files_and_versions_are_compared_alike(self):
        self.assertTrue(self.json("network", "diff", "words@1", self.fast, shape="network-diff")["equal"])
        self.assertIn("are the same", self.hal9("network", "diff", self.fast, "words@1", code=DONE).stdout)
        self.assertFalse(self.json("network", "diff", self.fast, self.slow, shape="network-diff", data=self.folder / "none")["equal"])

    def test_exit_code_says_whether_they_differ_when_asked_to(self):
        self.hal9("network", "diff", self.fast, self.slow, code=DONE)
        self.hal9("network", "diff", self.fast, self.slow, "--exit-code", code=FAILED)
        self.hal9("network", "diff", self.fast, "words@1", "--exit-code", code=DONE)

    def test_what_a_run_must_be_granted_besides_is_said(self):
        difference = self.json("network", "diff", self.fast, support.EXAMPLE, shape="network-diff")
        self.assertEqual(difference["new_capabilities"], ["files.read"])
        self.assertEqual({neuron["change"] for neuron in difference["neurons"]}, {"added", "removed"})
        self.assertIn("New runs must be granted files.read.", self.hal9("network", "diff", self.fast, support.EXAMPLE).stdout)

    def test_one_that_cannot_be_found_is_an_error(self):
        self.assert_error(self.hal9("network", "diff", "words@9", "words"), USAGE, "no version 9")
        self.assert_error(self.hal9("network", "diff", "words", "nowhere.yaml"), USAGE, "nowhere.yaml")
        self.assert_error(self.hal9("network", "diff", "words"), USAGE, "TO")


class Schema(support.Case):
    def test_language_is_printed_with_its_kinds(self):
        schema = self.json("network", "schema")
        self.assertEqual(schema["$schema"], "http://json-schema.org/draft-07/schema#")
        kinds = {kind["const"] for kind in schema["definitions"]["neuron"]["properties"]["kind"]["oneOf"]}
        self.assertLessEqual({"files.list", "text.split", "state.update"}, kinds)
        self.assertEqual(json.loads(self.hal9("network", "schema", code=DONE).stdout), schema)
        self.assertFalse(self.data.exists())

    def test_limits_are_those_in_force(self):
        config = self.write("hal9.yaml", "limits: {forward_max: 3}\n")
        done = self.hal9("network", "schema", "--config", config)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertEqual(json.loads(done.stdout)["definitions"]["neuron"]["properties"]["forward"]["maxItems"], 3)


class WithAHolder(Networks):
    def setUp(self):
        super().setUp()
        self.holder = self.start("run", self.slow, "--set", "text=a b c", "--json")
        support.wait_until(self.store_is_held, "the socket")
        self.wait_for_progress(least=4)

    def test_the_holder_applies_and_lists(self):
        applied = self.apply(self.fast)
        self.assertEqual((applied["version"], applied["changed"]), (2, True))
        self.assertFalse(self.apply(self.slow)["changed"])
        network = self.lines("network", "list", shape="network-list")[0]
        self.assertEqual((network["versions"], network["unfinished_runs"]), (2, 1))
        self.assertIn("version 2 of 2", self.hal9("network", "show", "words", code=DONE).stdout)
        self.assertIn("1 of this network has not ended", self.hal9("network", "diff", "words@1", "words", code=DONE).stdout)
        self.assertTrue(self.store_is_held())
        self.end(self.holder, DONE)
        self.assertEqual(self.lines("network", "list")[0]["unfinished_runs"], 0)


if __name__ == "__main__":
    unittest.main()

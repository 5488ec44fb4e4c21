"""Every verb: what it prints, the shape of its JSON, its help, its exit code."""

import json
import subprocess
import unittest

import support
from support import DONE, FAILED, UNREACHABLE, USAGE, REFUSED

VERBS = [
    ["check"], ["run"], ["resume"], ["serve"], ["cancel"], ["runs"], ["show"], ["dead", "list"], ["dead", "redrive"], ["dead", "discard"],
    ["config", "show"], ["version"], ["completion"], ["network", "apply"], ["network", "list"], ["network", "schema"],
    ["network", "show"], ["network", "diff"], ["network", "pause"], ["network", "resume"], ["network", "delete"], ["test"],
    ["answer"], ["message"], ["priority"], ["fork"], ["schedule", "add"], ["schedule", "list"], ["schedule", "remove"], ["dead", "show"],
]  # fmt: skip
UNKNOWN_ID = "0192f0c0-0000-7000-8000-000000000000"


class Help(support.Case):
    def test_every_verb_has_help_with_an_example(self):
        for verb in VERBS:
            with self.subTest(verb=verb):
                text = self.hal9(*verb, "--help", code=DONE).stdout
                self.assertIn("Example: hal9 " + " ".join(verb), text.replace("Example: hal9 config show --defaults", "Example: hal9 config show"))

    def test_help_lists_every_verb(self):
        text = self.hal9("--help", code=DONE).stdout
        for verb in VERBS:
            self.assertIn(f"  {verb[0]} ", text)

    def test_wrong_usage_is_said_on_stderr_and_exits_with_2(self):
        for arguments in ([], ["frobnicate"], ["run"], ["run", "--frob", "x"], ["show"], ["dead"], ["runs", "--limit", "0"], ["check", "a", "b"]):
            with self.subTest(arguments=arguments):
                self.assert_error(subprocess.run([support.BINARY, *arguments], capture_output=True, text=True, check=False), USAGE)


class Version(support.Case):
    def test_says_version_commit_build_and_schema(self):
        value = self.json("version", shape="version")
        self.assertIn(value["commit"], self.hal9("version").stdout)


class Check(support.Case):
    def test_sound_definition_has_no_faults(self):
        value = self.json("check", support.EXAMPLE, shape="check")
        self.assertTrue(value["ok"])
        self.assertIn("no faults", self.hal9("check", support.EXAMPLE, code=DONE).stdout)

    def test_every_fault_is_told_at_its_place(self):
        file = self.write("bad.yaml", "hal9: 1\nname: x\nstart: a\nneurons:\n  a:\n    layer: L10\n    kind: text.splat\n    colour: red\n")
        value = self.json("check", file, shape="check", code=FAILED)
        self.assertEqual([fault["line"] for fault in value["faults"]], [6, 7, 8])
        text = self.hal9("check", file, code=FAILED)
        self.assertRegex(text.stderr, r"bad\.yaml:6:\d+: ")
        self.assertIn("text.split", text.stderr)
        self.assertEqual(text.stdout, "")

    def test_standard_input_is_checked_too(self):
        self.hal9("check", "-", code=DONE, stdin=support.slow_network(1))

    def test_unreadable_file_is_an_error(self):
        self.assert_error(self.hal9("check", "nowhere.yaml"), USAGE, "nowhere.yaml", "No such file")
        self.assert_error(self.hal9("check", self.folder), USAGE, "directory")


class Run(support.Case):
    def setUp(self):
        super().setUp()
        self.network = self.write("slow.json", support.slow_network(0))

    def run_words(self, text="a b c", *more, **options):
        return self.json("run", self.network, "--set", f"text={text}", *more, shape="run", **options)

    def test_result_states_and_counts_are_printed(self):
        run = self.run_words()
        self.assertEqual(run["status"], "completed")
        self.assertEqual(run["result"], {"count": 3, "words": ["a", "b", "c"]})
        self.assertEqual(run["signals"]["completed"], 4)
        self.assertTrue(run["durable"])
        self.assertIsNone(run["error"])

    def test_plain_output_is_a_table_and_progress_goes_to_stderr(self):
        done = self.hal9("run", self.network, "--set", "text=a b c", code=DONE)
        self.assertEqual(done.stdout, "count  3\n\nwords (3)\n  a\n  b\n  c\n")
        self.assertRegex(done.stderr, r"4 of 4 signals")

    def test_quiet_says_nothing_on_stderr(self):
        self.assertEqual(self.hal9("run", self.network, "--quiet", "--set", "text=a", code=DONE).stderr, "")

    def test_input_comes_as_text_file_or_standard_input(self):
        file = self.write("input.json", '{"text": "x y"}')
        for arguments, stdin in ((['{"text": "x y"}'], None), ([file], None), (["-"], '{"text": "x y"}')):
            with self.subTest(arguments=arguments):
                run = self.json("run", self.network, "--input", *arguments, shape="run", stdin=stdin)
                self.assertEqual(run["result"]["words"], ["x", "y"])

    def test_set_changes_single_members_and_keeps_types(self):
        network = self.write("map.json", support.network({"start": {"layer": "L3", "kind": "delay", "settings": {"for": "0s"}}}))
        run = self.json("run", network, "--input", '{"a": 1}', "--set", "b=2", "--set", "c=two", "--set", 'd=[1,null]', shape="run")
        self.assertEqual(run["result"], {"a": 1, "b": 2, "c": "two", "d": [1, None]})

    def test_several_options_before_the_network_do_not_swallow_it(self):
        self.json("run", "--set", "text=a", "--set", "other=b", self.network, shape="run")

    def test_wrong_arguments_say_what_would_be_right(self):
        self.assert_error(self.hal9("run", self.network, "--set", "text"), USAGE, "--set", "=")
        self.assert_error(self.hal9("run", self.network, "--input", "{broken"), USAGE, "--input", "JSON")
        self.assert_error(self.hal9("run", self.network, "--input", "nowhere.json"), USAGE, "nowhere.json")
        self.assert_error(self.hal9("run", self.network, "--input", "[1]", "--set", "a=1"), USAGE, "object")
        self.assert_error(self.hal9("run", self.network, "--grant", "files.read"), USAGE, "--grant files.read=/usr/share/doc")
        self.assert_error(self.hal9("run", self.network, "--grant", "http=example.org"), USAGE, "http", "files.read")
        self.assert_error(self.hal9("run", self.network, "--grant", "files.read=/nowhere"), USAGE, "/nowhere")
        self.assert_error(self.hal9("run", "nowhere.yaml"), USAGE, "nowhere.yaml")

    def test_nothing_is_stored_for_a_definition_with_faults(self):
        file = self.write("bad.yaml", "hal9: 1\n")
        done = self.hal9("run", file)
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("bad.yaml:", done.stderr)
        self.assertFalse(self.data.exists())

    def test_input_against_its_schema_is_refused(self):
        text = support.network(
            {"start": {"layer": "L3", "kind": "delay", "settings": {"for": "0s"}}},
            input={"type": "object", "properties": {"n": {"type": "integer", "default": 7}}, "additionalProperties": False},
        )
        file = self.write("typed.json", text)
        self.assertEqual(self.json("run", file, shape="run")["result"], {"n": 7})
        self.assert_error(self.hal9("run", file, "--set", "n=many"), USAGE, "n", "a whole number")
        self.assert_error(self.hal9("run", file, "--set", "m=1"), USAGE, "m")

    def test_relative_grant_is_made_absolute(self):
        (self.folder / "docs").mkdir()
        self.write("docs/a.txt", "x")
        self.assertEqual(self.run_words("a", "--grant", "files.read=docs")["grants"], {"files.read": [str(self.folder.resolve() / "docs")]})

    def test_run_that_fails_exits_with_1_and_says_why(self):
        file = self.write("fail.json", support.words_network("fail", {"error": "invalid_argument"}))
        run = self.json("run", file, "--set", "text=a b", shape="run", code=FAILED)
        self.assertEqual(run["status"], "failed")
        self.assertIsNone(run["result"])
        self.assertEqual(run["error"]["code"], "invalid_argument")
        self.assert_error(self.hal9("run", file, "--quiet", "--set", "text=a b"), FAILED, "failed", "invalid_argument")

    def test_one_key_starts_one_run(self):
        first = self.run_words("a", "--key", "k1")
        again = self.run_words("a", "--key", "k1")
        self.assertEqual(first["id"], again["id"])
        self.assertEqual(len(self.lines("runs", shape="runs")), 1)
        done = self.hal9("run", self.network, "--set", "text=b", "--key", "k1")
        self.assert_error(done, FAILED, "k1")

    def test_definition_from_standard_input_runs(self):
        run = self.json("run", "-", "--set", "text=a b", shape="run", stdin=support.slow_network(0))
        self.assertEqual(run["result"]["count"], 2)

    def test_result_of_a_terminal_escape_is_harmless(self):
        done = self.hal9("run", self.network, "--set", 'text="\\u001b[2J \\u0007"', code=DONE)
        self.assertNotIn("\x1b", done.stdout)
        self.assertIn("\\x1b", done.stdout)


class Look(support.Case):
    def setUp(self):
        super().setUp()
        network = self.write("slow.json", support.slow_network(0))
        self.run = self.json("run", network, "--set", "text=a b c", shape="run")

    def test_runs_are_listed_newest_first(self):
        network = self.write("fail.json", support.words_network("fail", {"error": "internal"}))
        failed = self.json("run", network, "--set", "text=a", code=FAILED)
        listed = self.lines("runs", shape="runs")
        self.assertEqual([run["id"] for run in listed], [failed["id"], self.run["id"]])
        self.assertEqual([run["id"] for run in self.lines("runs", "--state", "failed")], [failed["id"]])
        self.assertEqual(len(self.lines("runs", "--limit", "1")), 1)
        self.assertRegex(self.hal9("runs").stdout, rf"{self.run['id']}  completed")

    def test_show_prints_the_run_again(self):
        self.assertEqual(self.json("show", self.run["id"], shape="run"), self.run)
        self.assertEqual(self.json("show", "last"), self.run)
        self.assertIn("words", self.hal9("show", "last", code=DONE).stdout)

    def test_tree_collapses_fan_outs(self):
        tree = self.json("show", "last", "--tree", shape="tree")
        self.assertEqual(tree["start"], "start")
        work = next(neuron for neuron in tree["neurons"] if neuron["neuron"] == "work")
        self.assertEqual(work["statuses"], {"completed": 3})
        self.assertRegex(self.hal9("show", "last", "--tree").stdout, r"start: 1 completed.*\n +work: 3 completed, p50 \d+\.\d\d ms")

    def test_tree_says_what_went_wrong(self):
        network = self.write("fail.json", support.words_network("fail", {"error": "internal"}, start={"on_child_error": "skip"}))
        self.json("run", network, "--set", "text=a b")
        tree = self.json("show", "last", "--tree", shape="tree")
        work = next(neuron for neuron in tree["neurons"] if neuron["neuron"] == "work")
        self.assertEqual([(error["code"], error["count"]) for error in work["errors"]], [("internal", 2)])
        self.assertRegex(self.hal9("show", "last", "--tree").stdout, r"internal \(2 times\)")

    def test_one_signal_is_shown_with_payload_and_result(self):
        signal = self.json("show", "--signal", self.run["id"], shape="signal")
        self.assertEqual(signal["payload"], {"text": "a b c"})
        self.assertEqual(signal["result"], self.run["result"])
        self.assertIsNone(signal["parent"])

    def test_ids_that_name_nothing_are_refused(self):
        self.assert_error(self.hal9("show", "bogus"), USAGE, "bogus", "ids look like")
        self.assert_error(self.hal9("show", UNKNOWN_ID), USAGE, UNKNOWN_ID, "hal9 runs")
        self.assert_error(self.hal9("show", "--signal", UNKNOWN_ID), USAGE, UNKNOWN_ID)
        self.assert_error(self.hal9("resume", UNKNOWN_ID), USAGE, UNKNOWN_ID)
        self.assert_error(self.hal9("cancel", UNKNOWN_ID), USAGE, UNKNOWN_ID)

    def test_id_of_another_store_is_unknown_here(self):
        other = self.folder / "other"
        self.hal9("run", self.folder / "slow.json", "--set", "text=a", data=other, code=DONE)
        self.assert_error(self.hal9("show", self.run["id"], data=other), USAGE, "hal9 runs")

    def test_resume_of_a_finished_run_prints_its_result_again(self):
        self.assertEqual(self.json("resume", self.run["id"], shape="run"), self.run)
        self.assertIn("words (3)", self.hal9("resume", "last", code=DONE).stdout)

    def test_finished_run_cannot_be_cancelled(self):
        self.assert_error(self.hal9("cancel", "last"), FAILED, "ended")


class EmptyStore(support.Case):
    def test_lists_are_empty_and_nothing_is_made(self):
        self.assertEqual(self.hal9("runs", code=DONE).stdout, "no runs\n")
        self.assertEqual(self.lines("runs"), [])
        self.assertEqual(self.lines("dead", "list"), [])
        self.assertFalse(self.data.exists())

    def test_what_needs_a_run_says_that_there_is_none(self):
        for arguments in (["show", "last"], ["resume", "last"], ["cancel", "last"], ["dead", "redrive", "--all"]):
            with self.subTest(arguments=arguments):
                self.assert_error(self.hal9(*arguments), USAGE)
        self.assertFalse(self.data.exists())

    def test_directory_that_cannot_be_made_is_an_error(self):
        self.write("file", "x")
        network = self.write("slow.json", support.slow_network(0))
        done = self.hal9("run", network, "--set", "text=a", data=self.folder / "file/data")
        self.assertIn(done.returncode, (UNREACHABLE, REFUSED), done.stderr)
        self.assertIn("file/data", done.stderr)


class Config(support.Case):
    def test_what_is_in_force_is_shown_with_its_origin(self):
        file = self.write("my.yaml", "limits:\n  depth_max: 9\n")
        env = {"HAL9_RUNTIME__FILE_THREADS": "3"}
        shown = {line["id"]: line for line in self.lines("config", "show", "--config", file, shape="config-show", env=env)}
        self.assertEqual(shown["limits.depth_max"], {"id": "limits.depth_max", "value": 9, "origin": f"{file}:2:3"})
        self.assertEqual(shown["runtime.file_threads"]["origin"], "HAL9_RUNTIME__FILE_THREADS")
        self.assertEqual(shown["store.directory"], {"id": "store.directory", "value": str(self.data), "origin": "--data"})
        self.assertEqual(shown["limits.payload_bytes_max"]["origin"], "default")

    def test_what_it_prints_is_a_file_that_it_reads(self):
        text = self.hal9("config", "show", "--defaults", code=DONE).stdout
        self.write("hal9.yaml", text)
        shown = self.lines("config", "show")
        self.assertTrue(all(line["origin"].startswith(("hal9.yaml:", "--data")) for line in shown), shown)

    def test_file_is_found_by_flag_variable_and_place(self):
        self.write("hal9.yaml", "runtime: {file_threads: 11}\n")
        named = self.write("named.yaml", "runtime: {file_threads: 12}\n")
        flagged = self.write("flagged.yaml", "runtime: {file_threads: 13}\n")

        def threads(*arguments, **env):
            lines = self.lines("config", "show", *arguments, env=env)
            return next(line["value"] for line in lines if line["id"] == "runtime.file_threads")

        self.assertEqual(threads(), 11)
        self.assertEqual(threads(HAL9_CONFIG=str(named)), 12)
        self.assertEqual(threads("--config", flagged, HAL9_CONFIG=str(named)), 13)

    def test_faults_stop_every_verb_with_place_and_remedy(self):
        file = self.write("bad.yaml", "limits:\n  depth_mx: 9\n  payload_bytes_max: 12 parsecs\n")
        for verb in (["runs"], ["config", "show"], ["show", "last"], ["dead", "list"]):
            with self.subTest(verb=verb):
                self.assert_error(
                    self.hal9(*verb, "--config", file), USAGE, "bad.yaml:2:3", "did you mean `limits.depth_max`", "bad.yaml:3:3", "a size from"
                )
        self.assert_error(self.hal9("runs", env={"HAL9_LIMITS__X": "1"}), USAGE, "HAL9_LIMITS__X")

    def test_configured_capability_is_granted_to_every_run(self):
        (self.folder / "corpus").mkdir()
        support.make_corpus(self.folder / "corpus/doc", 2, 2)
        self.write("hal9.yaml", f"capabilities: {{files.read: [{self.folder / 'corpus'}]}}\n")
        run = self.json("run", support.EXAMPLE, "--set", f"directory={self.folder / 'corpus/doc'}", shape="run")
        self.assertEqual(run["result"]["files"], 2)

    def test_configured_limit_holds(self):
        self.write("hal9.yaml", "limits: {payload_bytes_max: 1KiB}\n")
        network = self.write("slow.json", support.slow_network(0))
        self.assert_error(self.hal9("run", network, "--set", "text=" + "a" * 2000), REFUSED, "payload_bytes_max", "1KiB")


class Completion(support.Case):
    def complete(self, *words):
        script = self.hal9("completion", "bash", code=DONE).stdout
        quoted = " ".join(f"'{word}'" for word in words)
        probe = f"{script}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _hal9; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        return subprocess.run(["bash", "-c", probe], capture_output=True, text=True, check=True).stdout.split()

    def test_verbs_and_options_are_completed(self):
        self.assertEqual(self.complete("hal9", "che"), ["check"])
        self.assertEqual(self.complete("hal9", "dead", "re"), ["redrive"])
        self.assertEqual(self.complete("hal9", "network", "ap"), ["apply"])
        self.assertIn("--grant", self.complete("hal9", "run", "network.yaml", "--"))
        self.assertIn("--tree", self.complete("hal9", "show", "last", "--t"))

    def test_zsh_uses_the_same_script(self):
        self.assertIn("bashcompinit", self.hal9("completion", "zsh", code=DONE).stdout)
        self.assert_error(self.hal9("completion", "fish"), USAGE, "bash")


if __name__ == "__main__":
    unittest.main()

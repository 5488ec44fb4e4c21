"""hal9 test: cases of a network, what it says of them, what it writes into them."""

import json
import unittest

import support
from language_server import LanguageServer
from support import DONE, FAILED, USAGE

APPROVAL = """\
hal9: 1
name: approval
start: ask
neurons:
  ask:
    layer: L3
    kind: human
    keep: [amount]
    settings: {question: "Pay ${/amount}?", within: 2d}
    then: {to: pay, when: {at: /answer, eq: true}, as: paid}
  pay: {layer: L3, kind: network, settings: {network: pay, input: {amount: "${/amount}"}}}
"""
PAY = """\
hal9: 1
name: pay
start: transfer
neurons:
  transfer: {layer: L2, kind: json.map, settings: {value: {paid: "${/amount}"}}}
"""
CASES = """\
# What several cases share stands on top.
networks: [../pay.yaml]
input: {amount: 250}
cases:
  approved:
    description: Somebody agrees.
    answers: {ask: {answer: true, after: 3h}}
    matches: {paid: {paid: 250}}
    took: 3h
  refused:
    answers: {ask: {answer: false, by: jo}}
    matches: {answer: false, by: jo}
    signals: {pay: 0}
  nobody:
    error: deadline_exceeded
    took: 2d
"""


class Cases(support.Case):
    def setUp(self):
        super().setUp()
        self.network = self.write("approval.yaml", APPROVAL)
        self.write("pay.yaml", PAY)
        self.cases = self.write("cases/deciding.yaml", CASES)

    def change(self, old, new):
        text = self.cases.read_text()
        self.assertIn(old, text)
        self.cases.write_text(text.replace(old, new))


class Running(Cases):
    def test_passes_when_all_is_as_expected(self):
        done = self.hal9("test", self.network, code=DONE)
        self.assertEqual(done.stdout, "ok       deciding/approved\nok       deciding/refused\nok       deciding/nobody\n3 passed, 0 failed\n")
        self.assertEqual(done.stderr, "")

    def test_names_neurons_that_no_case_reaches(self):
        self.change("answers: {ask: {answer: true, after: 3h}}\n    matches: {paid: {paid: 250}}", "answers: {ask: {answer: 1, after: 3h}}\n    matches: {answer: 1}")
        self.assertTrue(self.hal9("test", self.network, code=DONE).stdout.endswith("no case reaches: pay\n3 passed, 0 failed\n"))
        self.assertNotIn("no case", self.hal9("test", self.network, "--filter", "*", code=DONE).stdout)

    def test_touches_no_store(self):
        self.hal9("test", self.network, code=DONE)
        self.assertFalse(self.data.exists())

    def test_says_what_differs_at_its_line(self):
        self.change("matches: {paid: {paid: 250}}", "matches: {paid: {paid: 240}}")
        done = self.hal9("test", self.network, code=FAILED)
        self.assertIn("FAILED   deciding/approved: Somebody agrees.\n", done.stdout)
        self.assertIn(f"  {self.folder}/cases/deciding.yaml:8:28: result/paid/paid is 250; expected 240\n", done.stdout)
        self.assertTrue(done.stdout.endswith("2 passed, 1 failed\n"), done.stdout)

    def test_a_document_each_in_json(self):
        self.change("paid: 250}}", "paid: 240}}")
        approved, refused, nobody = self.lines("test", self.network, shape="test", code=FAILED)
        self.assertEqual((approved["id"], approved["line"], approved["ok"]), ("deciding/approved", 5, False))
        failure = approved["failures"][0]
        self.assertEqual((failure["line"], failure["at"], failure["expected"], failure["actual"]), (8, "/paid/paid", 240, 250))
        self.assertEqual(refused["signals"], {"ask": {"completed": 1}})
        self.assertEqual(nobody["error"]["code"], "deadline_exceeded")
        self.assertEqual(nobody["took_us"], 2 * 86_400 * 1_000_000)

    def test_the_same_lines_each_time(self):
        lines = [self.hal9("test", self.network).stdout for _ in range(3)]
        self.assertEqual(len(set(lines)), 1)

    def test_a_version_in_the_store_is_tested_too(self):
        self.hal9("network", "apply", self.network, code=DONE)
        self.hal9("test", "approval", "--cases", self.folder / "cases", code=DONE)
        self.assert_error(self.hal9("test", "approval"), USAGE, "--cases")

    def test_one_file_is_enough(self):
        done = self.hal9("test", self.network, "--cases", self.cases, code=DONE)
        self.assertIn("3 passed", done.stdout)

    def test_a_network_among_the_cases_is_no_case(self):
        (self.folder / "pay.yaml").rename(self.folder / "cases/pay.yaml")
        self.change("../pay.yaml", "pay.yaml")
        self.hal9("test", self.network, code=DONE)

    def test_json_files_are_cases(self):
        self.cases.unlink()
        self.write("cases/json/one.json", json.dumps({"input": {"amount": 1}, "error": "deadline_exceeded"}))
        self.assertIn("ok       json/one\n", self.hal9("test", self.network, code=DONE).stdout)


class Choosing(Cases):
    def test_lists_without_running(self):
        listed = self.lines("test", self.network, "--list", shape="test-list")
        self.assertEqual([each["id"] for each in listed], ["deciding/approved", "deciding/refused", "deciding/nobody"])
        self.assertIn("Somebody agrees.", self.hal9("test", self.network, "--list", code=DONE).stdout)

    def test_filters_by_name(self):
        for pattern, passed in (("deciding/[ar]*", 2), ("deciding", 3), ("dec*", 3), ("**/nobody", 1)):
            with self.subTest(pattern=pattern):
                done = self.hal9("test", self.network, "--filter", pattern, code=DONE)
                self.assertIn(f"{passed} passed, 0 failed", done.stdout)

    def test_choosing_none_is_an_error(self):
        self.assert_error(self.hal9("test", self.network, "--filter", "other"), USAGE, "--list")
        self.cases.unlink()
        self.assert_error(self.hal9("test", self.network), USAGE, "no cases")


class Unreadable(Cases):
    def assert_unreadable(self, *words):
        done = self.hal9("test", self.network, code=USAGE)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_every_fault_of_every_file_is_told(self):
        self.change("answers: {ask: {answer: true", "answers: {ask: {answr: true")
        self.write("cases/other.yaml", "reslt: 1\n")
        self.assert_unreadable("deciding.yaml:7:21: unknown key", "did you mean `answer`?", "other.yaml:1:1: ", "did you mean `result`?")

    def test_neurons_must_be_there(self):
        self.change("signals: {pay: 0}", "signals: {pya: 0}")
        self.assert_unreadable('deciding.yaml:13:15: there is no neuron "pya"; did you mean `pay`?')

    def test_networks_must_be_there_and_sound(self):
        self.change("../pay.yaml", "../gone.yaml")
        self.assert_unreadable("deciding.yaml:2:12: cannot read", "gone.yaml")
        self.write("gone.yaml", APPROVAL)
        self.assert_unreadable('deciding.yaml:2:12: there is a network "approval" in this case already')
        self.write("gone.yaml", PAY.replace("json.map", "json.mop"))
        self.assert_unreadable("gone.yaml:5:31: ", "json.map")

    def test_a_folder_must_be_there(self):
        self.assert_error(self.hal9("test", self.network, "--cases", "nowhere"), USAGE, "nowhere", "--cases")

    def test_faults_of_the_network_are_those_of_check(self):
        self.network.write_text(APPROVAL.replace("kind: human", "kind: humn"))
        done = self.hal9("test", self.network, code=FAILED)
        self.assertIn("approval.yaml:7:11: ", done.stderr)


class Page(Cases):
    def test_names_every_key(self):
        page = (support.ROOT / "docs/reference/cases.md").read_text(encoding="utf-8")
        self.cases.write_text("result: 1\nx: 1\nanswers: {ask: {answer: 1, xxxxxxx: 1}}\nfiles: {/a: {xxxxxx: 1}}\nmessages: [{xxxxxxx: 1}]\nerror: {xxxxx: 1}\n")
        told = self.hal9("test", self.network, code=USAGE).stderr
        keys = [key for line in told.splitlines() if "; allowed: " in line for key in line.rpartition("; allowed: ")[2].split(", ")]
        self.assertGreater(len(keys), 20)
        for key in keys:
            self.assertRegex(page, rf"`{key}`|\b{key}: ")


class Editor(support.Case):
    """`hal9 test --schema` in a real YAML language server."""

    @classmethod
    def setUpClass(cls):
        cls.case = support.Case("setUp")
        cls.addClassCleanup(cls.case.doCleanups)
        cls.case.setUp()
        cls.editors = {}

    def editor(self, example):
        if example not in self.editors:
            network = support.ROOT / "examples" / example / "network.yaml"
            schema = self.case.write(f"{example}.schema.json", self.case.hal9("test", network, "--schema", code=DONE).stdout)
            self.editors[example] = LanguageServer(schema.as_uri())
            self.addClassCleanup(self.editors[example].close)
        return self.editors[example]

    def test_cases_of_the_examples_have_nothing_underlined(self):
        for file in sorted(support.ROOT.glob("examples/*/cases/*.yaml")):
            with self.subTest(file=file):
                self.assertEqual(self.editor(file.parent.parent.name).diagnostics(file.read_text(encoding="utf-8")), [])

    def test_mistakes_are_underlined(self):
        for text, message in (
            ("inptu: {}\n", "Property inptu is not allowed"),
            ("answers: {ask: {answer: {approved: 1}}}\n", 'Incorrect type. Expected "boolean"'),
            ("answers: {ask: {answr: 1}}\n", 'Missing property "answer"'),
            ("cases: {a: {took: soon}}\n", "does not match the pattern"),
            ("error: {code: tiemout}\n", "Value is not accepted"),
        ):
            with self.subTest(text=text):
                found = self.editor("approval").diagnostics(text)
                self.assertTrue(any(message in told for _, told in found), found)

    def test_names_of_the_network_are_offered(self):
        for text, some in (
            ("|", {"input", "answers", "result", "cases"}),
            ("input:\n  |\n", {"amount", "to"}),
            ("answers:\n  |\n", {"ask"}),
            ("answers:\n  ask:\n    answer:\n      |\n", {"approved", "note"}),
            ("signals:\n  |\n", {"propose", "ask", "pay"}),
        ):
            with self.subTest(text=text):
                self.assertLessEqual(some, set(self.editor("approval").completions(text)))


class Updating(Cases):
    def test_writes_results_and_nothing_else(self):
        file = self.write("cases/one.yaml", "# why\nnetworks: [../pay.yaml]\ninput: {amount: 7}\nanswers: {ask: {answer: false, by: jo}}\nresult: null  \n")
        self.assertIn("FAILED   one", self.hal9("test", self.network, code=FAILED).stdout)
        done = self.hal9("test", self.network, "--update", code=DONE)
        self.assertIn("updated  one\n4 passed, 0 failed, 1 updated\n", done.stdout)
        text = file.read_text()
        self.assertTrue(text.startswith("# why\nnetworks: [../pay.yaml]\n"), text)
        self.assertIn("answer: false", text.splitlines()[-1])
        self.assertEqual(self.cases.read_text(), CASES)
        self.hal9("test", self.network, code=DONE)

    def test_a_case_without_expectations_gets_its_result(self):
        file = self.write("cases/one.yaml", "input: {amount: 7}\nanswers: {ask: {answer: false}}\n")
        self.assertIn("expects nothing", self.hal9("test", self.network, code=FAILED).stdout)
        self.hal9("test", self.network, "--update", code=DONE)
        self.assertIn("\nresult: ", file.read_text())

    def test_refuses_to_lose_comments(self):
        text = "input: {amount: 7}\nanswers: {ask: {answer: false}}\nresult:\n  answer: 1  # because\n"
        file = self.write("cases/one.yaml", text)
        done = self.hal9("test", self.network, "--update", code=FAILED)
        self.assertIn("one.yaml:3:1: a comment", done.stdout)
        self.assertEqual(file.read_text(), text)

    def test_what_is_no_result_stays_wrong(self):
        self.change("took: 2d", "took: 1d")
        self.hal9("test", self.network, "--update", code=FAILED)


if __name__ == "__main__":
    unittest.main()

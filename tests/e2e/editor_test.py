"""`hal9 network schema` in an editor: a real YAML language server completes and checks definitions by it."""

import unittest

import support
from language_server import LanguageServer
from support import DONE

HEAD = "hal9: 1\nname: n\nstart: a\nneurons:\n"
NEURON = HEAD + "  a:\n    layer: L1\n    kind: "


class Editor(support.Case):
    @classmethod
    def setUpClass(cls):
        cls.case = support.Case("setUp")
        cls.addClassCleanup(cls.case.doCleanups)
        cls.case.setUp()
        schema = cls.case.hal9("network", "schema", code=DONE).stdout
        cls.editor = LanguageServer(cls.case.write("hal9.schema.json", schema).as_uri())
        cls.addClassCleanup(cls.editor.close)

    def test_examples_have_nothing_underlined(self):
        for example in sorted(support.ROOT.glob("examples/*/*.yaml")):
            with self.subTest(example=example.parent.name):
                self.assertEqual(self.editor.diagnostics(example.read_text(encoding="utf-8")), [])

    def test_mistakes_are_underlined_where_they_are(self):
        for neuron, message in (
            ("text.splat", 'Value must be "delay" | "fail"'),
            ("json.map", 'Missing property "settings"'),
            ("json.map\n    settings: {valeu: 1}", "Property valeu is not allowed"),
            ("text.split\n    settings: {text: x, on: x, limit: many}", 'Incorrect type. Expected "integer"'),
            ("text.split\n    settings: {text: x, on: x}\n    forward: [b]", 'Missing property "combine"'),
            ("state.update\n    settings: {op: increment}", 'Missing property "key"'),
            ("delay\n    settings: {for: 1s}\n    timeout: 30q", "String does not match the pattern"),
            ("delay\n    settings: {for: 1s}\n    then: {too: b}", "Property too is not allowed"),
            ("json.filter\n    settings: {when: {all: [{at: /a, eqq: 1}]}}", "Property eqq is not allowed"),
        ):
            with self.subTest(neuron=neuron):
                found = self.editor.diagnostics(NEURON + neuron + "\n")
                self.assertTrue(any(message in text for _, text in found), found)
                self.assertTrue(all(line >= 5 for line, _ in found), found)

    def test_text_with_a_value_of_the_payload_may_stand_for_any_setting(self):
        self.assertEqual(self.editor.diagnostics(NEURON + "text.split\n    settings: {text: x, on: x, limit: '${/n}'}\n"), [])
        self.assertNotEqual(self.editor.diagnostics(NEURON + "text.split\n    settings: {text: x, before: x, head: '${/n}'}\n"), [])

    def test_kinds_are_offered_with_what_they_do(self):
        offered = self.editor.completions(NEURON + "|\n")
        self.assertIn("Cuts a text into pieces", offered["text.split"])
        self.assertIn("state.update", offered)

    def test_keys_are_offered_where_they_may_stand(self):
        for text, some in (
            ("|", {"hal9", "name", "start", "neurons", "defaults"}),
            (NEURON + "json.map\n    |\n", {"settings", "forward", "then", "on_child_error", "retry"}),
            (NEURON + "text.split\n    settings:\n      |\n", {"text", "before", "after", "on", "limit", "head"}),
            (NEURON + "json.filter\n    settings:\n      when:\n        |\n", {"at", "eq", "matches", "all", "not"}),
            (NEURON + "text.split\n    combine:\n      n:\n        |\n", {"count", "collect", "distinct", "top"}),
            (NEURON + "delay\n    join: |\n", {"all", "any"}),
            (NEURON + "files.list\n    settings:\n      links: |\n", {"skip", "follow"}),
        ):
            with self.subTest(text=text):
                offered = self.editor.completions(text)
                self.assertLessEqual(some, set(offered))
        self.assertNotIn("pattern", self.editor.completions(NEURON + "text.split\n    settings:\n      |\n"))

    def test_meaning_is_shown_at_the_cursor(self):
        for text, words in (
            (NEURON + "text|.split\n", "Cuts a text into pieces"),
            (NEURON + "text.split\n    settings: {lim|it: 3}\n", "emits this many pieces"),
            (NEURON + "delay\n    on_ex|hausted: park\n", "an operator redrives or discards it"),
            (NEURON + "delay\n    then: {to: b, when: {at: /x, e|q: 3}}\n", "Equal to this"),
        ):
            with self.subTest(text=text):
                self.assertIn(words, self.editor.hover(text))


if __name__ == "__main__":
    unittest.main()

"""The examples that teach: each README's claims, against the binary."""

import json
import unittest

import support
from support import DONE, FAILED, USAGE

EXAMPLES = support.ROOT / "examples"


class Cases(support.Case):
    def test_every_example_has_cases_that_pass(self):
        networks = sorted(EXAMPLES.glob("*/network.yaml"))
        self.assertGreaterEqual(len(networks), 6)
        for network in networks:
            with self.subTest(example=network.parent.name):
                done = self.hal9("test", network, code=DONE)
                self.assertRegex(done.stdout, r"\n[2-9] passed, 0 failed\n$")

    def test_every_example_has_a_readme(self):
        for network in EXAMPLES.glob("*/network.yaml"):
            self.assertTrue((network.parent / "README.md").exists(), network)


class Quorum(support.Case):
    NETWORK = EXAMPLES / "quorum/network.yaml"

    def test_two_of_three_workers_are_enough(self):
        run = self.json("run", self.NETWORK, shape="run")
        self.assertEqual(run["result"], {"workers": 2, "answers": 1, "words": 9})
        self.assertEqual(run["status"], "completed")

    def test_the_run_fails_once_too_few_can_succeed(self):
        done = self.hal9("run", self.NETWORK, "--set", "unreliable=0.9", "--set", "seed=3", "--json", code=FAILED)
        self.assertIn('"status":"failed"', done.stdout)
        self.assertIn("failed on purpose", done.stdout)

    def test_nothing_of_a_loser_is_left_unended(self):
        run = self.json("run", self.NETWORK, "--set", "unreliable=0", shape="run")
        signals = run["signals"]
        self.assertEqual(signals["known"], signals["completed"] + signals["cancelled"] + signals["failed"])
        self.assertEqual(run["result"]["workers"], 2)


class TopWords(support.Case):
    NETWORK = EXAMPLES / "top-words/network.yaml"

    def test_goes_once_more_over_what_it_counted(self):
        text = "One word. One more word. And one word more."
        result = self.json("run", self.NETWORK, "--set", f"text={text}", shape="run")["result"]
        self.assertEqual(result["words"], 9)
        self.assertEqual([(row["key"], row["count"]) for row in result["top"]], [("word", 3), ("One", 2), ("more", 2), ("And", 1), ("one", 1)])
        of = result["sentences"]["of"]
        self.assertEqual([row["word"] for row in of], ["word", "One", "more", "And", "one"])
        self.assertEqual([row["sentences"] for row in of], [3, 2, 2, 1, 1])
        self.assertEqual(of[2]["first"], "One more word")

    def test_is_drawn_with_its_layers(self):
        drawn = self.hal9("network", "show", self.NETWORK, code=DONE).stdout
        for word in ("L5", "L4", "L3", "words", "rank", "text.split"):
            self.assertIn(word, drawn)


class Counters(support.Case):
    NETWORK = EXAMPLES / "counters/network.yaml"

    def seen(self, *arguments):
        result = self.json("run", self.NETWORK, *arguments, shape="run")["result"]
        return {row["key"]: (row["count"], row["value"]["seen"]) for row in result["seen"]}

    def test_counts_over_all_runs(self):
        self.assertEqual(self.seen(), {"to": (2, 2), "be": (2, 2), "or": (1, 1), "not": (1, 1)})
        self.assertEqual(self.seen()["to"], (2, 4))
        self.assertEqual(self.seen("--set", "text=not again"), {"not": (1, 3), "again": (1, 1)})

    def test_a_new_version_counts_on(self):
        self.seen()
        changed = self.folder / "changed.yaml"
        changed.write_text(self.NETWORK.read_text().replace("description: Counts words", "description: Counts all words"))
        result = self.json("run", changed, shape="run")["result"]
        self.assertIn({"key": "to", "count": 2, "value": {"word": "to", "seen": 4}}, result["seen"])


class Approval(support.Case):
    NETWORK = EXAMPLES / "approval/network.yaml"

    def setUp(self):
        super().setUp()
        self.hal9("network", "apply", EXAMPLES / "approval/pay.yaml", code=DONE)

    def ask(self, amount):
        run = self.start("run", self.NETWORK, "--set", f"amount={amount}", "--set", "to=the landlord", "--json")
        support.wait_until(self.store_is_held, "the socket")
        return run, support.wait_until(lambda: self.lines("answer", shape="questions"), "a question")[0]

    def result(self, run):
        return json.loads(self.end(run, DONE)[0])["result"]

    def test_pays_when_somebody_approves(self):
        run, question = self.ask(250)
        self.assertEqual((question["neuron"], question["question"]), ("ask", "Pay 250 to the landlord?"))
        self.assert_error(self.hal9("answer", question["id"], "--set", "approved=perhaps"), USAGE, "approved")
        self.hal9("answer", question["id"], "--set", "approved=true", "--by", "ada", code=DONE)
        result = self.result(run)
        self.assertEqual((result["by"], result["payment"]), ("ada", {"paid": 250, "to": "the landlord", "simulated": True}))
        self.assertEqual([(run["network"], run["status"]) for run in self.lines("runs")], [("pay", "completed"), ("approval", "completed")])

    def test_pays_nothing_when_somebody_refuses(self):
        run, question = self.ask(250)
        self.hal9("answer", question["id"], "--set", "approved=false", code=DONE)
        self.assertNotIn("payment", self.result(run))
        self.assertEqual([run["network"] for run in self.lines("runs")], ["approval"])

    def test_a_question_waits_for_a_resume(self):
        run, question = self.ask(11)
        run.kill()
        self.end(run)
        self.hal9("answer", question["id"], "--set", "approved=true", code=DONE)
        self.assertEqual(self.json("resume", "last", shape="run")["result"]["payment"]["paid"], 11)

    def test_asks_nobody_for_a_small_amount(self):
        run = self.json("run", self.NETWORK, "--set", "amount=10", "--set", "to=the newsagent", shape="run")
        self.assertEqual(run["result"], {"paid": 10, "to": "the newsagent", "simulated": True})


class Timers(support.Case):
    NETWORK = EXAMPLES / "timers/network.yaml"

    def test_who_is_late_is_left_out(self):
        run = self.json("run", self.NETWORK, "--set", "sleep=10ms", shape="run")
        self.assertEqual(run["result"], {"taken": "south", "price": 20, "in_time": 2})
        self.assertEqual(run["signals"]["failed"], 1)

    def test_a_wait_goes_on_over_a_restart(self):
        process = self.start("run", self.NETWORK, "--set", "sleep=2s", "--json")
        self.wait_for_progress(least=5)
        process.kill()
        process.communicate()
        result = self.json("resume", "last", shape="run")["result"]
        self.assertEqual(result["taken"], "south")

    def test_can_be_scheduled(self):
        self.hal9("network", "apply", self.NETWORK, code=DONE)
        self.hal9("schedule", "add", "timers", "--cron", "0 7 * * mon-fri", "--missed", "once", code=DONE)
        schedule = self.lines("schedule", "list", shape="schedule")[0]
        self.assertEqual((schedule["network"], schedule["cron"]), ("timers", "0 7 * * mon-fri"))
        self.hal9("schedule", "remove", "timers", code=DONE)
        self.assertEqual(self.lines("schedule", "list"), [])


if __name__ == "__main__":
    unittest.main()

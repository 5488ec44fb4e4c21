"""What operators and people do to runs and networks while a server works on them: answers, messages, pauses, forks, schedules."""

import json
import signal
import time
import unittest

import support
from support import DONE, FAILED, USAGE


def asking(form=None):
    settings = {"question": "Go on with ${/text}?", **({"form": form} if form else {})}
    return support.words_network("human", settings, start={"combine": {"answers": {"collect": "/answer"}}})


def receiving():
    return support.words_network("receive", {"name": "${/text}"}, start={"combine": {"got": {"collect": "/message"}}})


def failing(rate):
    """Fails on the word `bad`, while the network says so."""
    check = {"layer": "L4", "kind": "fail", "settings": {"rate": rate, "error": "invalid_argument"}}
    return support.network(
        {
            "start": {
                "layer": "L6",
                "kind": "text.split",
                "settings": {"text": "${/text}", "on": " "},
                "forward": [{"to": "good", "when": {"at": "/text", "ne": "bad"}}, {"to": "bad", "when": {"at": "/text", "eq": "bad"}}],
                "combine": {"words": {"collect": "/text"}},
            },
            "good": {"layer": "L5", "kind": "json.map", "settings": {"value": {"text": "${/text}"}}},
            "bad": {"layer": "L5", "kind": "json.map", "settings": {"value": {"text": "${/text}"}}, "then": "check"},
            "check": check,
        }
    )


class Served(support.Case):
    """A server holds the store; verbs are its clients."""

    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def serve(self):
        server = self.start("serve")
        support.wait_until(self.store_is_held, "the socket")
        return server

    def stop(self, how=signal.SIGTERM):
        self.server.send_signal(how)
        self.end(self.server)

    def leave(self, client):
        """It would go on with the run itself when the server is gone."""
        client.kill()
        self.end(client)

    def begin(self, definition, text, *more):
        """A run that a client waits for; its document once something of it is known."""
        network = self.write("network.json", definition)
        client = self.start("run", network, "--set", f"text={text}", "--json", *more)
        return client, self.wait_for_progress(least=len(text.split()) + 1)

    def result(self, client, code=DONE):
        run = json.loads(self.end(client, code)[0])
        self.assert_shape(run, "run")
        return run

    def questions(self, count=None):
        """What people are asked; with `count`: once it is so much."""
        if count is None:
            return self.lines("answer", shape="questions")
        return support.wait_until(lambda: (asked := self.questions()) and len(asked) == count and asked, f"{count} questions")


class Answers(Served):
    def test_a_question_waits_through_a_kill_and_is_answered(self):
        client, _ = self.begin(asking(), "a b")
        first, second = self.questions(2)
        self.assertEqual(self.json("show", "last", shape="run")["waits"]["person"]["signals"], 2)
        self.assertEqual(first["question"], "Go on with a?")
        self.json("answer", first["id"], "--set", "ok=true", shape="answer")
        self.leave(client)
        self.stop(signal.SIGKILL)
        self.server = self.serve()
        self.assertEqual([question["id"] for question in self.questions()], [second["id"]])
        self.hal9("answer", second["id"], "plain words", "--by", "jo", code=DONE)
        ended = json.loads(self.hal9("resume", "last", "--json", code=DONE).stdout)
        self.assertEqual(ended["result"]["answers"], [{"ok": True}, "plain words"])
        self.assertIn("nobody is asked anything", self.hal9("answer", code=DONE).stdout)

    def test_an_answer_must_satisfy_the_form(self):
        self.begin(asking({"type": "object", "required": ["ok"]}), "a")
        question = self.questions(1)[0]["id"]
        self.assert_error(self.hal9("answer", question, "no"), USAGE, "answer")
        self.assert_error(self.hal9("answer", question), USAGE, "there is no answer")
        self.assertEqual(len(self.questions()), 1)
        self.hal9("answer", question, "--set", "ok=1", code=DONE)
        self.assert_error(self.hal9("answer", question, "--set", "ok=1"), FAILED, "does not wait for a person")

    def test_without_a_server_an_answer_is_kept_in_the_store(self):
        client, _ = self.begin(asking(), "a")
        self.questions(1)
        self.leave(client)
        self.stop()
        self.json("answer", self.questions()[0]["id"], "1", shape="answer")
        self.assertEqual(self.json("resume", "last", shape="run")["result"]["answers"], [1])


class Messages(Served):
    def test_messages_before_and_after_the_wait(self):
        client, run = self.begin(receiving(), "a a b")
        support.wait_until(lambda: self.json("show", "last")["waits"].get("message", {}).get("signals") == 3, "three that wait")
        self.assertTrue(self.json("message", run["id"], "a", "1", shape="message")["received"])
        self.assertFalse(self.json("message", run["id"], "c", shape="message")["received"])
        self.hal9("message", run["id"], "b", "--set", "x=2", code=DONE)
        self.hal9("message", "last", "a", "three", code=DONE)
        self.assertEqual(self.result(client)["result"]["got"], [1, "three", {"x": 2}])
        self.assert_error(self.hal9("message", run["id"], "a"), FAILED, "has ended already")


class Networks(Served):
    def test_pause_resume_delete(self):
        network = self.write("network.json", support.slow_network(0.2))
        self.hal9("network", "apply", network, code=DONE)
        self.assertEqual(self.json("network", "pause", "test", shape="network-state")["state"], "paused")
        client = self.start("run", network, "--set", "text=a b", "--json")
        self.wait_for_progress(least=1)
        time.sleep(0.5)
        self.assertEqual(self.json("show", "last", shape="run")["signals"]["known"], 1)
        self.assert_error(self.hal9("network", "delete", "test"), FAILED, "unfinished runs")
        self.hal9("network", "resume", "test", code=DONE)
        self.assertEqual(self.result(client)["result"]["count"], 2)
        self.assertEqual(self.json("network", "delete", "test", shape="network-state")["state"], "deleted")
        self.assertEqual(self.lines("network", "list"), [])
        self.assert_error(self.hal9("network", "show", "test"), USAGE, "was deleted")
        self.assertFalse(self.json("network", "apply", network, shape="network-apply")["changed"])

    def test_a_pause_outlives_the_server(self):
        network = self.write("network.json", support.slow_network(0.01))
        self.hal9("network", "apply", network, code=DONE)
        self.hal9("network", "pause", "test", code=DONE)
        client = self.start("run", network, "--set", "text=a", "--json")
        self.wait_for_progress(least=1)
        self.leave(client)
        self.stop(signal.SIGKILL)
        self.server = self.serve()
        time.sleep(0.3)
        self.assertEqual(self.json("show", "last")["status"], "running")
        self.hal9("network", "resume", "test", code=DONE)
        self.json("resume", "last", shape="run")


class Runs(Served):
    def test_filters_tags_and_priorities(self):
        client, run = self.begin(asking(), "a", "--tag", "nightly", "--tag", "team=a", "--priority", "7")
        self.assertEqual(run["tags"], ["nightly", "team=a"])
        self.assertEqual(run["priority"], 7)
        self.assertEqual(len(self.lines("runs", "--where", "tag=team=a", "--where", "since=1h", shape="runs")), 1)
        self.assertEqual(self.lines("runs", "--where", "state=failed"), [])
        self.assertEqual(self.lines("runs", "--where", "until=2h"), [])
        self.assert_error(self.hal9("runs", "--where", "age=1"), USAGE, "allowed: state, network, tag")
        self.assertEqual(self.json("priority", "last", "9", shape="priority")["priority"], 9)
        self.assertEqual(self.json("show", "last")["priority"], 9)
        self.json("cancel", "last", shape="cancel")
        self.result(client, FAILED)

    def test_a_part_of_a_run_is_cancelled(self):
        definition = json.loads(asking())
        definition["neurons"]["start"]["on_child_error"] = "skip"
        client, _ = self.begin(json.dumps(definition), "a b")
        first, second = self.questions(2)
        self.json("cancel", "--signal", first["id"], shape="cancel")
        shown = self.json("show", "--signal", first["id"], shape="signal")
        self.assertEqual((shown["status"], shown["error"]["code"]), ("failed", "cancelled"))
        self.hal9("answer", second["id"], "1", code=DONE)
        self.assertEqual(self.result(client)["result"]["answers"], [1])

    def test_one_key_starts_one_run(self):
        network = self.write("network.json", support.slow_network(0.01))
        first = self.json("run", network, "--set", "text=a", "--key", "once", shape="run")
        again = self.json("run", network, "--set", "text=a", "--key", "once", shape="run")
        self.assertEqual(first["id"], again["id"])
        self.assert_error(self.hal9("run", network, "--set", "text=b", "--key", "once"), FAILED, "another request")
        self.assertEqual(len(self.lines("runs")), 1)

    def test_a_fork_keeps_what_ended_and_takes_a_repaired_version(self):
        network = self.write("network.json", failing(1.0))
        failed = json.loads(self.hal9("run", network, "--set", "text=one two bad", "--json", code=FAILED).stdout)
        self.hal9("network", "apply", self.write("repaired.json", failing(0.0)), code=DONE)
        fork = self.json("fork", failed["id"], "--from", self.id_of(failed["id"], "bad"), "--version", "2", shape="fork")
        self.assertEqual(fork["origin"], failed["id"])
        ended = self.json("resume", fork["id"], shape="run")
        self.assertEqual(ended["result"]["words"], ["one", "two", "bad"])
        self.assertEqual(ended["origin"], failed["id"])
        self.assertTrue(self.json("show", "--signal", self.id_of(fork["id"], "good"), shape="signal")["copied"])
        self.assertEqual(self.json("show", failed["id"])["status"], "failed")
        self.assert_error(self.hal9("fork", failed["id"], "--version", "9"), USAGE, "no version 9")

    def id_of(self, run, neuron):
        """Of the first signal of a neuron."""
        return self.lines("show", run, "--signals", "--where", f"neuron={neuron}", shape="signal-row")[0]["id"]


class Schedules(Served):
    def test_add_list_remove_and_start(self):
        network = self.write("network.json", support.slow_network(0.01))
        self.hal9("network", "apply", network, code=DONE)
        added = self.json(
            "schedule", "add", "test", "--cron", "* * * * *", "--name", "often", "--set", "text=a", "--tag", "timed", shape="schedule"
        )
        self.assertEqual(self.lines("schedule", "list", shape="schedule"), [added])
        self.assert_error(self.hal9("schedule", "add", "test", "--cron", "61 * * * *"), USAGE, "no minute")
        self.assert_error(self.hal9("schedule", "add", "none", "--cron", "@daily"), USAGE, "no network")
        support.wait_until(lambda: self.lines("runs", "--where", "tag=timed"), "the first start", 70)
        self.json("schedule", "remove", "often", shape="schedule-removed")
        self.assertEqual(self.hal9("schedule", "list", code=DONE).stdout, "no schedules\n")
        started = self.lines("runs", "--where", "tag=timed", shape="runs")
        self.assertLessEqual(len(started), 2)

    def test_times_are_those_of_the_place_that_is_named(self):
        network = self.write("network.json", support.slow_network(0.01))
        self.hal9("network", "apply", network, code=DONE)
        words = ("schedule", "add", "test", "--cron", "30 3 1 7 *")
        berlin = self.json(*words, "--name", "berlin", "--time-zone", "Europe/Berlin", shape="schedule")
        self.assertEqual((berlin["cron"], berlin["time_zone"]), ("30 3 1 7 *", "Europe/Berlin"))
        self.assertTrue(berlin["next"].endswith("-07-01T01:30:00.000Z"), berlin["next"])
        utc = self.json(*words, shape="schedule")
        self.assertEqual(utc["time_zone"], "UTC")
        self.assertTrue(utc["next"].endswith("-07-01T03:30:00.000Z"), utc["next"])
        wrong = self.hal9(*words, "--name", "wrong", "--time-zone", "Europe/Berln")
        self.assert_error(wrong, USAGE, "no time zone", "Europe/Berln", "Europe/Berlin")


if __name__ == "__main__":
    unittest.main()

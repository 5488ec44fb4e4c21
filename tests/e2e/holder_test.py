"""Several processes on one store: one holds it, the others are its clients; and what people do to them while they run."""

import fcntl
import json
import os
import signal
import socket
import stat
import time
import unittest

import support
from support import DONE, FAILED, INTERRUPTED, UNREACHABLE, USAGE


class Holding(support.Case):
    """A run of a second or so in a process that holds the store."""

    seconds = 1.0
    words = "a b c"

    def setUp(self):
        super().setUp()
        self.network = self.write("slow.json", support.slow_network(self.seconds))
        self.holder = self.start_run(self.words)
        support.wait_until(self.store_is_held, "the socket")
        self.shown = self.wait_for_progress(least=len(self.words.split()) + 1)

    def start_run(self, words, network=None):
        return self.start("run", network or self.network, "--set", f"text={words}", "--json")

    def result(self, process, code=DONE):
        run = json.loads(self.end(process, code)[0])
        self.assert_shape(run, "run")
        return run


class Clients(Holding):
    def test_second_run_is_worked_off_by_the_holder(self):
        client = self.start_run("d e")
        self.assertEqual(self.result(self.holder)["result"]["words"], ["a", "b", "c"])
        self.assertEqual(self.result(client)["result"]["words"], ["d", "e"])
        self.assertFalse(self.store_is_held())

    def test_holder_goes_on_until_the_runs_of_its_clients_have_ended(self):
        longer = self.write("longer.json", support.slow_network(2.5))
        client = self.start_run("d e", longer)
        self.assertEqual(self.result(client)["result"]["words"], ["d", "e"])
        self.assertEqual(self.result(self.holder)["result"]["count"], 3)

    def test_reading_verbs_ask_the_holder(self):
        run = self.lines("runs", shape="runs")[0]
        self.assertEqual((run["id"], run["status"]), (self.shown["id"], "running"))
        shown = self.json("show", "last", shape="run")
        self.assertEqual(shown["signals"]["waiting"], 1)
        self.assertIsNone(shown["result"])
        tree = self.json("show", "last", "--tree", shape="tree")
        self.assertEqual(sum(neuron["signals"] for neuron in tree["neurons"]), 4)
        self.assertEqual(self.lines("dead", "list"), [])
        self.json("show", "--signal", run["id"], shape="signal")
        self.assert_error(self.hal9("show", "bogus"), USAGE, "bogus")
        self.result(self.holder)

    def test_resume_of_a_running_run_watches_it(self):
        watcher = self.start("resume", self.shown["id"], "--json")
        self.assertEqual(self.result(watcher)["result"], self.result(self.holder)["result"])

    def test_cancel_ends_the_run_in_the_holder(self):
        self.assert_shape(self.json("cancel", self.shown["id"]), "cancel")
        run = self.result(self.holder, FAILED)
        self.assertEqual(run["status"], "cancelled")
        self.assertEqual(run["signals"]["cancelled"], 4)
        self.assertEqual(self.hal9("resume", self.shown["id"]).returncode, FAILED)

    def test_cancelled_run_says_so(self):
        watcher = self.start("resume", self.shown["id"], "--quiet")
        support.wait_until(lambda: watcher.poll() is not None or len(self.lines("runs")) == 1, "the watcher")
        time.sleep(0.2)
        self.hal9("cancel", "last", code=DONE)
        _, err = self.end(watcher, FAILED)
        self.assertIn("cancelled", err)
        self.end(self.holder, FAILED)

    def test_client_refused_by_the_holder_exits_like_the_holder_would(self):
        bad = self.write("bad.json", support.network({"start": {"layer": "L3", "kind": "files.read", "settings": {"path": "/etc/passwd"}}}))
        self.assert_error(self.hal9("run", bad), support.REFUSED, "files.read", "--grant")
        self.result(self.holder)

    def test_interrupted_client_leaves_its_run_to_be_resumed(self):
        longer = self.write("longer.json", support.slow_network(5))
        client = self.start("run", longer, "--set", "text=x")
        self.wait_for_runs(2)
        client.send_signal(signal.SIGINT)
        _, err = self.end(client, INTERRUPTED)
        self.assertIn("hal9 resume ", err)
        self.result(self.holder)
        run = err.split("hal9 resume ")[1].split()[0]
        self.assertEqual(self.json("resume", run)["result"]["words"], ["x"])

    def wait_for_runs(self, count):
        support.wait_until(lambda: len(self.lines("runs")) == count, f"{count} runs")

    def test_client_takes_over_when_its_holder_is_killed(self):
        client = self.start_run("d e")
        self.wait_for_runs(2)
        self.holder.kill()
        self.holder.wait()
        self.assertEqual(self.result(client)["result"]["words"], ["d", "e"])
        self.assertEqual(self.json("resume", self.shown["id"], shape="run")["result"]["words"], ["a", "b", "c"])

    def test_client_takes_over_when_its_holder_is_interrupted(self):
        longer = self.write("longer.json", support.slow_network(1.5))
        client = self.start_run("d e", longer)
        self.wait_for_runs(2)
        self.holder.send_signal(signal.SIGINT)
        self.end(self.holder, INTERRUPTED)
        self.assertEqual(self.result(client)["result"]["words"], ["d", "e"])

    def test_socket_that_a_killed_holder_left_is_replaced(self):
        self.holder.kill()
        self.holder.wait()
        self.assertTrue(self.store_is_held(), "no socket was left")
        again = self.start("resume", self.shown["id"], "--json")
        self.assertEqual(self.result(again)["result"]["words"], ["a", "b", "c"])
        self.assertFalse(self.store_is_held())

    def test_only_its_owner_reaches_store_and_socket(self):
        self.assertEqual(stat.S_IMODE(self.data.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE((self.data / "hal9.sock").stat().st_mode), 0o600)


class Interrupted(Holding):
    seconds = 0.8

    def stop_and_resume(self, number):
        self.holder.send_signal(number)
        out, err = self.end(self.holder, INTERRUPTED)
        self.assertEqual(out, "")
        self.assertIn(f"hal9 resume {self.shown['id']}", err)
        self.assertFalse(self.store_is_held())
        self.assertEqual(self.lines("runs")[0]["status"], "running")
        run = self.json("resume", self.shown["id"], shape="run")
        self.assertEqual(run["result"], {"count": 3, "words": ["a", "b", "c"]})

    def test_ctrl_c_stops_and_says_how_to_go_on(self):
        self.stop_and_resume(signal.SIGINT)

    def test_sigterm_stops_like_ctrl_c(self):
        self.stop_and_resume(signal.SIGTERM)

    def test_second_signal_ends_at_once_and_loses_nothing(self):
        # Both arrive before the first can be worked off.
        self.holder.send_signal(signal.SIGSTOP)
        self.holder.send_signal(signal.SIGINT)
        self.holder.send_signal(signal.SIGTERM)
        self.holder.send_signal(signal.SIGCONT)
        self.end(self.holder, INTERRUPTED)
        self.assertEqual(self.json("resume", "last")["result"]["count"], 3)

    def test_stopped_run_can_be_cancelled_without_a_holder(self):
        self.holder.send_signal(signal.SIGINT)
        self.end(self.holder, INTERRUPTED)
        self.json("cancel", "last", shape="cancel")
        run = self.json("show", "last", shape="run")
        self.assertEqual(run["status"], "cancelled")
        self.assertEqual(run["signals"]["cancelled"], 4)
        self.assertEqual(self.json("resume", "last", code=FAILED)["status"], "cancelled")

    def test_resume_leaves_other_runs_as_they_are(self):
        longer = self.write("longer.json", support.slow_network(60))
        other = self.start_run("x", longer)
        support.wait_until(lambda: len(self.lines("runs")) == 2, "two runs")
        other.send_signal(signal.SIGINT)
        self.end(other, INTERRUPTED)
        self.holder.send_signal(signal.SIGINT)
        self.end(self.holder, INTERRUPTED)
        began = time.monotonic()
        self.assertEqual(self.json("resume", self.shown["id"])["status"], "completed")
        self.assertLess(time.monotonic() - began, 20)
        self.assertEqual([run["status"] for run in self.lines("runs")], ["running", "completed"])


class Together(support.Case):
    def test_processes_that_start_at_once_find_each_other(self):
        network = self.write("slow.json", support.slow_network(0.3))
        for _ in range(3):
            runs = [self.start("run", network, "--set", f"text={word}", "--json") for word in ("a", "b", "c", "d")]
            words = [json.loads(self.end(run, DONE)[0])["result"]["words"] for run in runs]
            self.assertEqual(words, [["a"], ["b"], ["c"], ["d"]])
        self.assertEqual({run["status"] for run in self.lines("runs")}, {"completed"})

    def test_store_held_by_a_process_that_does_not_answer_is_said(self):
        network = self.write("slow.json", support.slow_network(0))
        self.json("run", network, "--set", "text=a")
        with open(self.data / "lock", "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            began = time.monotonic()
            self.assert_error(self.hal9("run", network, "--set", "text=b"), UNREACHABLE, str(self.data), "held by another process")
            self.assertLess(time.monotonic() - began, 15)
            self.assertEqual(len(self.lines("runs")), 1, "reading needs no holder")


class Protocol(Holding):
    """The socket as a program sees it that is not hal9."""

    seconds = 3.0

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(20)
        self.addCleanup(connection.close)
        here = os.getcwd()
        os.chdir(self.data)  # the path of a socket is short
        try:
            connection.connect("hal9.sock")
        finally:
            os.chdir(here)
        return connection, connection.makefile("r", encoding="utf-8")

    def test_greeting_names_version_and_process(self):
        _, answers = self.connect()
        self.assertEqual(json.loads(answers.readline()), {"hal9": "hello", "v": 1, "pid": self.holder.pid})

    def test_requests_are_answered_under_their_id(self):
        connection, answers = self.connect()
        answers.readline()
        connection.sendall(b'{"id":7,"method":"run.list"}\n{"id":9,"method":"run.get","params":{"run":"last"}}\n')
        got = {answer["id"]: answer["result"] for answer in (json.loads(answers.readline()) for _ in range(2))}
        self.assertEqual(got[7][0]["id"], self.shown["id"])
        self.assertEqual(got[9]["id"], self.shown["id"])

    def test_what_is_no_request_is_refused_with_what_would_be_right(self):
        for line in (b"nonsense", b"[]", b'{"id":1}', b'{"id":1,"method":"run.list","params":5}', b'{"id":1,"method":"a b"}', b"\xff\xfe"):
            with self.subTest(line=line):
                connection, answers = self.connect()
                answers.readline()
                connection.sendall(line + b"\n")
                error = json.loads(answers.readline())["error"]
                self.assertEqual(error["code"], "invalid_argument")

    def test_unknown_method_is_refused_and_the_connection_goes_on(self):
        connection, answers = self.connect()
        answers.readline()
        connection.sendall(b'{"id":1,"method":"run.destroy"}\n{"id":2,"method":"dead.list"}\n')
        got = {answer["id"]: answer for answer in (json.loads(answers.readline()) for _ in range(2))}
        self.assertEqual(got[1]["error"]["code"], "not_found")
        self.assertEqual(got[2]["result"], {"items": [], "next": None})

    def test_line_beyond_the_limit_is_refused(self):
        connection, answers = self.connect()
        answers.readline()
        try:
            for _ in range(26):
                connection.sendall(b"x" * (1 << 20))
        except OSError:
            pass  # closed while we were sending
        try:
            line = answers.readline()
        except OSError:
            line = ""
        if line:
            self.assertEqual(json.loads(line)["error"]["code"], "limit_exceeded")
        self.hal9("runs", code=DONE)

    def test_connections_beyond_the_limit_are_refused_and_room_comes_back(self):
        held = [self.connect() for _ in range(64)]
        for _, answers in held:
            self.assertIn("hello", answers.readline())
        _, answers = self.connect()
        self.assertEqual(json.loads(answers.readline())["error"]["code"], "resource_exhausted")
        for connection, answers in held:
            answers.close()
            connection.close()
        support.wait_until(lambda: "hello" in self.connect()[1].readline(), "room for a connection")

    def test_peer_that_goes_away_in_the_middle_disturbs_nobody(self):
        for piece in (b"", b'{"id":1,"meth', b'{"id":1,"method":"run.tree","params":{"run":"last"}}\n'):
            connection, _ = self.connect()
            connection.sendall(piece)
            connection.close()
        self.hal9("runs", code=DONE)
        self.assertEqual(self.result(self.holder)["result"]["count"], 3)


if __name__ == "__main__":
    unittest.main()

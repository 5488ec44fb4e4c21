"""`hal9 serve`: holds the store until it is told to stop, works on everything in it, and serves the other verbs."""

import json
import random
import signal
import time
import unittest

import support
from support import DONE, INTERRUPTED, UNREACHABLE, USAGE

# A pure step that takes seconds: no automaton of these patterns is small.
LONG_PATTERNS = {f"field{length}": f"(?s)(a.{{{length}}}0)" for length in range(900, 904)}


class Serving(support.Case):
    def serve(self, *more):
        server = self.start("serve", *more)
        line = server.stdout.readline()
        self.assertIn(str(self.data / "hal9.sock"), line)
        return server

    def stop(self, server, number=signal.SIGTERM, code=DONE):
        server.send_signal(number)
        out, err = self.end(server, code)
        self.assertFalse(self.store_is_held())
        return out, err

    def run_words(self, seconds, text="a b", **options):
        network = self.write("slow.json", support.slow_network(seconds))
        return self.json("run", network, "--set", f"text={text}", shape="run", **options)

    def leave_unfinished(self, seconds, text="a b"):
        """A run that its process stopped working on; its id."""
        network = self.write("slow.json", support.slow_network(seconds))
        known = len(self.lines("runs"))
        process = self.start("run", network, "--set", f"text={text}")
        support.wait_until(lambda: len(self.lines("runs")) > known, "the run")
        process.send_signal(signal.SIGINT)
        _, err = self.end(process, INTERRUPTED)
        return err.split("hal9 resume ")[1].split()[0]

    def wait_for_status(self, run, status):
        support.wait_until(lambda: self.json("show", run)["status"] == status, f"run {run} to be {status}")


class Serve(Serving):
    def test_serves_until_it_is_told_to_stop(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.serve()
            self.assertIn(":8080", server.stdout.readline())
            self.assertEqual(self.lines("runs"), [])
            self.assertIsNone(server.poll())
            self.assertEqual(self.stop(server, number), ("", ""))

    def test_json_says_where_it_is_reached(self):
        server = self.start("serve", "--json")
        ready = json.loads(server.stdout.readline())
        self.assert_shape(ready, "serve")
        self.assertEqual((ready["directory"], ready["pid"]), (str(self.data), server.pid))
        self.stop(server)

    def test_runs_of_other_processes_go_through_it(self):
        server = self.serve()
        self.assertEqual(self.run_words(0.1)["result"]["words"], ["a", "b"])
        self.assertEqual(self.run_words(0.1, "c")["result"]["words"], ["c"])
        self.assertTrue(self.store_is_held())
        self.stop(server)
        self.assertEqual([run["status"] for run in self.lines("runs")], ["completed", "completed"])

    def test_every_unfinished_run_is_worked_off_without_being_asked_for(self):
        runs = [self.leave_unfinished(0.5), self.leave_unfinished(0.5, "c")]
        server = self.serve()
        for run in runs:
            self.wait_for_status(run, "completed")
        self.stop(server)
        self.assertEqual(self.json("show", runs[1])["result"]["words"], ["c"])

    def test_what_a_killed_server_was_at_goes_on_with_the_next(self):
        server = self.serve()
        network = self.write("slow.json", support.slow_network(1))
        client = self.start("run", network, "--set", "text=a b c", "--json")
        run = self.wait_for_progress(least=4)["id"]
        client.kill()  # it would take the store over
        server.kill()
        server.wait()
        server = self.serve()
        self.wait_for_status(run, "completed")
        self.assertEqual(self.json("show", run, shape="run")["result"]["words"], ["a", "b", "c"])
        self.stop(server)

    def test_runs_are_stopped_durably_and_go_on_with_the_next_server(self):
        server = self.serve()
        network = self.write("slow.json", support.slow_network(1.5))
        client = self.start("run", network, "--set", "text=a", "--quiet")
        run = self.wait_for_progress(least=2)["id"]
        client.send_signal(signal.SIGINT)
        self.end(client, INTERRUPTED)
        self.stop(server)
        self.assertEqual(self.json("show", run)["status"], "running")
        server = self.serve()
        self.wait_for_status(run, "completed")
        self.stop(server)

    def test_a_store_has_one_server(self):
        server = self.serve()
        self.assert_error(self.hal9("serve"), UNREACHABLE, str(self.data), "held by another process")
        self.stop(server)

    def test_server_waits_for_a_process_that_is_about_to_let_the_store_go(self):
        network = self.write("slow.json", support.slow_network(1))
        run = self.start("run", network, "--set", "text=a", "--json")
        support.wait_until(self.store_is_held, "the socket")
        server = self.serve()
        self.assertEqual(json.loads(self.end(run, DONE)[0])["result"]["words"], ["a"])
        self.stop(server)

    def test_wrong_timeout_is_said_with_its_place(self):
        self.write("hal9.yaml", "runtime: {shutdown_timeout: soon}\n")
        self.assert_error(self.hal9("serve"), USAGE, "hal9.yaml:1:11", "a duration from 100ms to 1h")


class ShutdownTimeout(Serving):
    def test_steps_that_do_not_end_in_time_are_abandoned_and_begin_again(self):
        self.write("hal9.yaml", "runtime: {shutdown_timeout: 200ms}\n")
        settings = {"text": "${/text}", "one": LONG_PATTERNS, "each": {"word": "zz"}, "rows": "words"}
        network = self.write("long.json", support.network({"start": {"layer": "L1", "kind": "text.extract", "settings": settings}}))
        chance = random.Random(1)
        text = self.write("input.json", json.dumps({"text": "".join(chance.choice("ab") for _ in range(300_000))}))
        server = self.serve()
        client = self.start("run", network, "--input", text)
        self.wait_for_progress(least=1)
        time.sleep(0.3)
        client.kill()
        began = time.monotonic()
        _, err = self.stop(server)
        self.assertLess(time.monotonic() - began, 3)
        self.assertIn("shutdown_timeout_passed", err)
        run = self.json("show", "last", shape="run")
        self.assertEqual((run["status"], run["signals"]["ready"]), ("running", 1))
        self.json("cancel", "last")
        self.assertEqual(self.json("show", "last")["status"], "cancelled")


if __name__ == "__main__":
    unittest.main()

"""Killed or stopped at random moments, the run goes on to the result of an undisturbed one, to the byte."""

import json
import os
import random
import re
import signal
import subprocess
import time
import unittest

import support
from support import DONE, INTERRUPTED

ROUNDS = int(os.environ.get("HAL9_E2E_ROUNDS", "50"))
SEED = int(os.environ.get("HAL9_E2E_SEED", str(random.SystemRandom().randrange(1 << 32))))
ENDS_MAX = 4
STOP_ROUNDS = 10
RESULT = re.compile(r'"status":"completed",.*?"result":(.*),"error":null,', re.DOTALL)


class Killed(support.Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        support.make_corpus(self.corpus, files=60, entries=25)
        self.arguments = support.run_example(self.corpus, "--json")

    def result_of(self, text):
        """The bytes of the result of a completed run."""
        found = RESULT.search(text)
        self.assertIsNotNone(found, text)
        return found.group(1)

    def kill_after(self, seconds, *arguments):
        """True when it was killed, False when it had ended by itself."""
        process = self.start(*arguments)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return True
        self.end(process, DONE)
        return False

    def stop_after(self, seconds, asked, *arguments):
        """True when it was stopped, by a signal that asks for that and once its run is accepted; False as above."""
        process = self.start(*arguments)
        support.wait_until(lambda: self.lines("runs"), "the run")
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(asked)
        _, err = self.end(process)
        if process.returncode == -asked:  # `resume` was not listening yet
            return False
        self.assertIn(process.returncode, (DONE, INTERRUPTED), err)
        self.assertEqual(process.returncode == INTERRUPTED, "hal9 resume " in err, err)
        return process.returncode == INTERRUPTED

    def chance(self):
        print(f"seed {SEED}: HAL9_E2E_SEED={SEED} repeats the moments")
        return random.Random(SEED)

    def undisturbed(self):
        """The output of a run from its beginning to its end, and how long it took."""
        began = time.monotonic()
        whole = self.hal9(*self.arguments, code=DONE, data=self.folder / "undisturbed").stdout
        duration = time.monotonic() - began
        self.assertGreater(json.loads(whole)["signals"]["completed"], 1000)
        return whole, duration

    def assert_goes_on(self, whole, *arguments):
        """The run ends as the undisturbed one, of which this is the output."""
        out = self.hal9(*arguments, code=DONE).stdout
        self.assertEqual(self.result_of(out), self.result_of(whole))
        self.assertEqual(len(self.lines("runs")), 1)
        self.assertEqual(json.loads(out)["signals"], json.loads(whole)["signals"])

    def test_killed_run_goes_on_to_the_same_bytes(self):
        whole, duration = self.undisturbed()
        chance = self.chance()
        killed = resumed = 0
        for number in range(ROUNDS):
            with self.subTest(round=number, seed=SEED):
                self.data = self.folder / f"data{number}"
                arguments = self.arguments
                for _ in range(chance.randrange(1, ENDS_MAX + 1)):
                    killed += self.kill_after(chance.uniform(0, duration), *arguments)
                    if self.lines("runs", shape="runs"):
                        arguments = ["resume", "last", "--json"]
                        resumed += 1
                self.assert_goes_on(whole, *arguments)
        print(f"{killed} kills, {resumed} with an accepted run")
        self.assertGreater(resumed, ROUNDS // 2, "the moments missed the runs")

    def test_stopped_run_goes_on_to_the_same_bytes(self):
        whole, duration = self.undisturbed()
        chance = self.chance()
        stopped = 0
        for number in range(STOP_ROUNDS):
            with self.subTest(round=number, seed=SEED):
                self.data = self.folder / f"data{number}"
                arguments = self.arguments
                for _ in range(chance.randrange(1, ENDS_MAX + 1)):
                    asked = chance.choice([signal.SIGINT, signal.SIGTERM])
                    stopped += self.stop_after(chance.uniform(0, duration / 2), asked, *arguments)
                    arguments = ["resume", "last", "--json"]
                self.assert_goes_on(whole, *arguments)
        print(f"{stopped} stops")
        self.assertGreater(stopped, 0, "the moments missed the runs")

    def test_acknowledged_run_is_not_lost(self):
        """A run that was seen in the list before the kill is there afterwards."""
        network = self.write("slow.json", support.slow_network(30))
        for _ in range(5):
            before = len(self.lines("runs"))
            process = self.start("run", network, "--set", "text=a")
            support.wait_until(lambda: len(self.lines("runs")) > before, "the run")  # noqa: B023
            process.kill()
            process.wait()
            self.assertEqual(len(self.lines("runs")), before + 1)

    def test_many_deaths_make_the_node_careful_not_stuck(self):
        network = self.write("slow.json", support.slow_network(0.2))
        for _ in range(6):
            process = self.start("run", network, "--set", "text=a b c")
            support.wait_until(self.store_is_held, "the holder")
            process.kill()
            process.wait()
            (self.data / "hal9.sock").unlink()
        run = self.json("run", network, "--set", "text=x y")
        self.assertEqual(run["result"]["words"], ["x", "y"])


if __name__ == "__main__":
    unittest.main()

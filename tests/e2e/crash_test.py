"""kill -9 at random moments: the run goes on to the result of an undisturbed one, to the byte."""

import json
import os
import random
import subprocess
import time
import unittest

import support
from support import DONE

ROUNDS = int(os.environ.get("HAL9_E2E_ROUNDS", "50"))
SEED = int(os.environ.get("HAL9_E2E_SEED", str(random.SystemRandom().randrange(1 << 32))))
KILLS_MAX = 4


class Killed(support.Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        support.make_corpus(self.corpus, files=60, entries=25)
        self.arguments = support.run_example(self.corpus, "--json")

    def result_of(self, text):
        """The result as it was printed."""
        run = json.loads(text)
        self.assertEqual(run["status"], "completed", text)
        return json.dumps(run["result"])

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

    def test_run_goes_on_to_the_same_bytes(self):
        print(f"seed {SEED}: HAL9_E2E_SEED={SEED} repeats the moments")
        began = time.monotonic()
        whole = self.hal9(*self.arguments, code=DONE, data=self.folder / "undisturbed").stdout
        duration = time.monotonic() - began
        expected = self.result_of(whole)
        self.assertGreater(json.loads(whole)["signals"]["completed"], 1000)

        chance = random.Random(SEED)
        killed = resumed = 0
        for number in range(ROUNDS):
            with self.subTest(round=number, seed=SEED):
                self.data = self.folder / f"data{number}"
                arguments = self.arguments
                for _ in range(chance.randrange(1, KILLS_MAX + 1)):
                    killed += self.kill_after(chance.uniform(0, duration), *arguments)
                    if self.lines("runs", shape="runs"):
                        arguments = ["resume", "last", "--json"]
                        resumed += 1
                out = self.hal9(*arguments, code=DONE).stdout
                self.assertEqual(self.result_of(out), expected)
                self.assertEqual(len(self.lines("runs")), 1)
                self.assertEqual(json.loads(out)["signals"], json.loads(whole)["signals"])
        print(f"{killed} kills, {resumed} with an accepted run")
        self.assertGreater(resumed, ROUNDS // 2, "the moments missed the runs")

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

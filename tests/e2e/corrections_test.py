"""Behaviour that was wrong once: each test says what is right."""

import json
import os
import signal
import subprocess
import time
import unittest

import bad_luck_test
import support
from support import DONE, FAILED, INTERRUPTED, REFUSED, UNREACHABLE, USAGE


class FullDisk(bad_luck_test.OnSmallDisk):
    def test_new_run_is_refused_while_finished_work_waits_for_room(self):
        self.start_that_meets_a_full_disk()
        time.sleep(3.5)
        client = self.start("run", self.quick, "--set", "text=x")
        try:
            client.wait(20)
        except subprocess.TimeoutExpired:
            self.fail("no answer within 20 s")
        self.assertEqual(client.returncode, REFUSED)

    def test_sigterm_ends_a_holder_whose_disk_is_full_and_it_says_what_was_not_committed(self):
        holder = self.start_that_meets_a_full_disk()
        time.sleep(3.5)
        holder.send_signal(signal.SIGTERM)
        try:
            _, err = holder.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            ticks = sum(map(int, open(f"/proc/{holder.pid}/stat").read().split()[13:15]))
            self.fail(f"still there after 20 s, {ticks / os.sysconf('SC_CLK_TCK'):.0f} s of CPU")
        self.assertIn("were not committed", err)

    def test_room_is_noticed_however_often_new_runs_ask(self):
        self.start_slow(3600)
        self.disk.fill()
        self.assertEqual(self.run_quick().returncode, REFUSED)
        self.disk.make_room()
        end = time.monotonic() + 15
        while self.run_quick().returncode == REFUSED:
            self.assertLess(time.monotonic(), end, "still refused 15 s after there is room again")

    def test_start_on_a_full_disk_says_that_it_is_full_and_where(self):
        self.assertEqual(self.run_quick().returncode, DONE)
        self.disk.fill()
        new = self.folder / "disk/new"
        for data in (self.data, new):
            with self.subTest(data=data.name):
                done = self.hal9("run", self.quick, "--set", "text=x", data=data)
                self.assert_error(done, REFUSED, "full", str(data))
                self.assertNotIn("pragma", done.stderr)


class NotUtf8(support.Case):
    def setUp(self):
        super().setUp()
        self.network = self.write("n.json", support.network({"start": {"layer": "L3", "kind": "delay", "settings": {"for": "0s"}}}))

    def test_grant_that_is_not_utf8_is_refused_and_does_not_spoil_the_store(self):
        folder = os.fsencode(self.folder) + b"/caf\xe9"
        os.mkdir(folder)
        self.hal9("run", self.network, "--set", "a=1", code=DONE)
        done = subprocess.run(
            [support.BINARY.encode(), b"run", os.fsencode(self.network), b"--grant", b"files.read=" + folder, b"--data", os.fsencode(self.data)],
            capture_output=True, check=False,
        )
        with self.subTest("refused"):
            self.assertEqual(done.returncode, USAGE, done.stderr)
            self.assertIn(b"UTF-8", done.stderr)
        with self.subTest("the store is as it was"):
            self.assertEqual(len(self.lines("runs")), 1)

    def test_set_that_is_not_utf8_is_refused_before_anything_starts(self):
        for value in (b"a=caf\xe9", b'a="caf\xe9"', b"\xe9=1"):
            with self.subTest(value=value):
                done = subprocess.run(
                    [support.BINARY.encode(), b"run", os.fsencode(self.network), b"--set", value, b"--data", os.fsencode(self.data), b"--quiet"],
                    capture_output=True, check=False,
                )
                self.assertEqual(done.returncode, USAGE)
                self.assertIn(b"UTF-8", done.stderr)
                self.assertIn(b"--set", done.stderr)
                self.assertFalse(self.data.exists(), "a run was started")

    def test_key_that_is_not_utf8_is_refused(self):
        done = subprocess.run(
            [support.BINARY.encode(), b"run", os.fsencode(self.network), b"--key", b"caf\xe9", b"--data", os.fsencode(self.data), b"--quiet"],
            capture_output=True, check=False,
        )
        self.assertEqual(done.returncode, USAGE, done.stderr)
        self.assertIn(b"UTF-8", done.stderr)

    def test_input_file_is_wrong_at_a_line_and_column(self):
        for content, place, word in ((b'{"text": "x",\n "b": }', "line 2, column 7", "JSON"), (b'{"text":\n "caf\xe9"}', "line 2, column 6", "UTF-8")):
            with self.subTest(content=content):
                file = self.write("input.json", content)
                self.assert_error(self.hal9("run", self.network, "--input", file), USAGE, f"input.json: not JSON at {place}", word)


class Deadlines(support.Case):
    def test_deadline_ends_a_signal_that_waits_for_longer(self):
        file = self.write("n.json", support.network({"start": {"layer": "L3", "kind": "delay", "deadline": "300ms", "settings": {"for": "1h"}}}))
        process = self.start("run", file, "--json")
        try:
            out, _ = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.fail("still running 20 s after its deadline of 300 ms")
        self.assertEqual(json.loads(out)["error"]["code"], "deadline_exceeded")

    def test_deadline_ends_a_child_that_waits_for_longer(self):
        network = support.words_network("delay", {"for": "1h"}, deadline="300ms", start={"on_child_error": "skip"})
        process = self.start("run", self.write("n.json", network), "--set", "text=a b", "--json")
        try:
            out, _ = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.fail("still running 20 s after its deadline of 300 ms")
        self.assertEqual(json.loads(out)["signals"]["failed"], 2)


class Stalled(support.Case):
    def test_run_that_waits_for_an_operator_says_so_beside_the_timer_of_another_run(self):
        park = self.write("park.json", support.words_network("fail", {"error": "invalid_argument"}, on_exhausted="park"))
        run = self.json("run", park, "--set", "text=a", code=FAILED)
        self.start("run", self.write("slow.json", support.slow_network(3600)), "--set", "text=a")
        support.wait_until(self.store_is_held, "the holder")
        watcher = self.start("resume", run["id"], "--json")
        try:
            _, err = watcher.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.fail("the watcher of a stalled run is still there after 20 s")
        self.assertEqual(watcher.returncode, FAILED)
        self.assertIn("waits for an operator", err)

    def test_letter_with_a_deadline_is_told_at_once_too(self):
        network = support.words_network("fail", {"error": "invalid_argument"}, on_exhausted="park", start={"deadline": "1h"})
        process = self.start("run", self.write("park.json", network), "--set", "text=a b", "--json")
        try:
            _, err = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.fail("a stalled run whose deadline is in an hour is still watched after 20 s")
        self.assertEqual(process.returncode, FAILED)
        self.assertIn("waits for an operator", err)

    def test_discarded_letter_keeps_the_error_that_parked_it(self):
        park = self.write("park.json", support.words_network("fail", {"error": "invalid_argument"}, on_exhausted="park"))
        self.json("run", park, "--set", "text=a", code=FAILED)
        self.hal9("dead", "discard", "--all", code=DONE)
        self.assertIn("failed on purpose", self.json("show", "last")["error"]["message"])

    def test_every_named_signal_that_is_no_letter_is_said(self):
        park = self.write("park.json", support.words_network("fail", {"error": "invalid_argument"}, on_exhausted="park"))
        self.json("run", park, "--set", "text=a", code=FAILED)
        letter = self.lines("dead", "list")[0]["id"]
        other = self.json("run", self.write("q.json", support.slow_network(0)), "--set", "text=a")["id"]
        self.assert_error(self.hal9("dead", "redrive", letter, other), FAILED, "not parked")


class Stopped(support.Case):
    def test_stop_before_the_run_is_accepted_is_an_interruption(self):
        network = self.write("n.json", support.slow_network(3600))
        for number in range(40):
            with self.subTest(milliseconds=number * 0.75):
                self.data = self.folder / f"data{number}"
                process = self.start("run", network, "--set", "text=a")
                time.sleep(number * 0.75 / 1000)
                process.send_signal(signal.SIGTERM)
                _, err = self.end(process)
                self.assertIn(process.returncode, (INTERRUPTED, -signal.SIGTERM), err)


class Damage(support.Case):
    def test_damage_is_told_without_the_store_s_own_statements(self):
        self.data.mkdir()
        (self.data / "hal9.db").write_bytes(b"no database\n" * 1000)
        for verb in (["runs"], ["show", "last"], ["run", self.write("n.json", support.slow_network(0))]):
            with self.subTest(verb=verb):
                self.assertNotIn("pragma", self.hal9(*verb).stderr)


class OwnRuns(support.Case):
    def setUp(self):
        super().setUp()
        self.slow = self.write("slow.json", support.slow_network(3600))
        self.quick = self.write("quick.json", support.slow_network(0))

    def stop_one(self):
        process = self.start("run", self.slow, "--set", "text=a")
        self.wait_for_progress()
        process.send_signal(signal.SIGTERM)
        self.end(process, INTERRUPTED)
        return self.lines("runs")[0]["id"]

    def test_a_process_works_on_its_own_run_and_leaves_the_others_as_they_are(self):
        other = self.stop_one()
        before = self.json("show", other)
        self.assertEqual(self.json("run", self.quick, "--set", "text=a b")["status"], "completed")
        self.assertEqual(self.json("show", other), before)

    def test_any_run_can_be_cancelled_whoever_holds_the_store(self):
        other = self.stop_one()
        holder = self.start("run", self.slow, "--set", "text=b")
        support.wait_until(self.store_is_held, "the holder")
        self.assertEqual(self.json("cancel", other)["status"], "cancelled")
        holder.send_signal(signal.SIGTERM)
        self.end(holder, INTERRUPTED)
        self.assertEqual({run["id"]: run["status"] for run in self.lines("runs")}[other], "cancelled")

    def test_signal_is_shown_only_as_one_of_its_run(self):
        first = self.json("run", self.quick, "--set", "text=a")["id"]
        second = self.json("run", self.quick, "--set", "text=b")["id"]
        self.assertEqual(self.json("show", first, "--signal", first)["run"], first)
        self.assert_error(self.hal9("show", second, "--signal", first), USAGE, "is not of run")

    def test_store_copied_without_its_index_goes_on(self):
        process = self.start("run", self.slow, "--set", "text=a")
        self.wait_for_progress()
        process.kill()
        process.wait()
        (self.data / "hal9.db-shm").unlink()
        self.assert_error(self.hal9("runs"), UNREACHABLE, "hal9 resume")
        self.assertEqual(self.json("cancel", "last")["status"], "cancelled")
        self.assertEqual(self.lines("runs")[0]["status"], "cancelled")

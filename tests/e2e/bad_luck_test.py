"""Bad luck: limits, deadlines, other people's stores, damage, a full disk, dead letters. Said clearly, and nothing lost."""

import json
import shutil
import signal
import sqlite3
import time
import unittest

import support
from support import DONE, FAILED, INTERRUPTED, REFUSED, UNREACHABLE, USAGE

UNKNOWN_ID = "0192f0c0-0000-7000-8000-000000000000"
READING = (["runs"], ["show", "last"], ["show", "last", "--tree"], ["resume", "last"], ["dead", "list"])
CHANGING = (["cancel", "last"], ["dead", "redrive", "--all"], ["dead", "discard", "--all"])


class Limits(support.Case):
    def setUp(self):
        super().setUp()
        self.write("hal9.yaml", "limits: {payload_bytes_max: 4KiB}\n")

    def failed(self, network, *arguments):
        run = self.json("run", self.write("network.json", network), *arguments, shape="run", code=FAILED)
        self.assertEqual((run["status"], run["result"]), ("failed", None))
        return run["error"]["code"], run["error"]["message"]

    def test_input_over_the_limit_is_refused_and_starts_nothing(self):
        network = self.write("network.json", support.slow_network(0))
        done = self.hal9("run", network, "--set", "text=" + "x" * (4097 - len('{"text":""}')))
        self.assert_error(done, REFUSED, "4,097 bytes", "4KiB (payload_bytes_max)")
        self.assertEqual(self.lines("runs"), [])

    def test_input_file_that_is_too_large_is_not_read_to_its_end(self):
        network = self.write("network.json", support.slow_network(0))
        self.assert_error(self.hal9("run", network, "--input", "/dev/zero"), REFUSED, "/dev/zero", "4KiB")
        self.assertFalse(self.data.exists())

    def test_emitted_value_over_the_limit_fails_the_run(self):
        # Text grows by an index and an offset when it is cut.
        network = support.words_network("delay", {"for": "0s"})
        code, message = self.failed(network, "--set", "text=" + "x" * 4080)
        self.assertEqual(code, "limit_exceeded")
        self.assertIn("payload_bytes_max is 4KiB", message)

    def test_file_over_the_limit_fails_the_run_and_is_named(self):
        network = support.network({"start": {"layer": "L3", "kind": "files.read", "settings": {"path": "${/path}"}}})
        file = self.write("large", "x" * 4097)
        code, message = self.failed(network, "--set", f"path={file}", "--grant", f"files.read={self.folder}")
        self.assertEqual(code, "limit_exceeded")
        self.assertIn(str(file), message)
        self.assertIn("4096 (payload_bytes_max)", message)

    def test_combined_result_over_the_limit_fails_the_run_with_what_to_collect(self):
        network = json.loads(support.slow_network(0))
        network["neurons"]["start"]["combine"]["words"] = {"collect": ""}
        code, message = self.failed(json.dumps(network), "--set", "text=" + " ".join("abcdefghij" * 20))
        self.assertEqual(code, "limit_exceeded")
        self.assertIn("larger than 4KiB; collect less", message)


class Deadlines(support.Case):
    def network(self, **start):
        return self.write("slow.json", support.words_network("delay", {"for": "1h"}, start=start))

    def assert_ended_by_deadline(self, run):
        self.assertEqual((run["status"], run["error"]["code"]), ("failed", "deadline_exceeded"))
        self.assertIn("the deadline passed (20", run["error"]["message"])
        self.assertEqual((run["signals"]["failed"], run["signals"]["cancelled"]), (1, 2))

    def test_passed_deadline_fails_the_run_and_ends_what_is_below(self):
        network = self.network(deadline="300ms")
        self.assert_ended_by_deadline(self.json("run", network, "--set", "text=a b", shape="run", code=FAILED))
        done = self.hal9("resume", "last")
        self.assert_error(done, FAILED, "failed (deadline_exceeded): the deadline passed")

    def test_deadline_that_passes_while_nobody_works_is_kept_by_the_next_one(self):
        process = self.start("run", self.network(deadline="4s"), "--set", "text=a b")
        run = self.wait_for_progress(least=3)
        process.kill()
        process.wait()
        time.sleep(4)
        self.assertEqual(self.json("show", "last")["status"], "running")
        self.assert_ended_by_deadline(self.json("resume", run["id"], shape="run", code=FAILED))

    def test_child_whose_deadline_passed_can_be_skipped(self):
        network = support.words_network("delay", {"for": "4s"}, deadline="300ms", start={"on_child_error": "skip"})
        run = self.json("run", self.write("slow.json", network), "--set", "text=a b", shape="run")
        self.assertEqual(run["result"], {"count": 0, "words": []})
        self.assertEqual(run["signals"]["failed"], 2)

    def test_passed_deadline_ends_a_parked_signal(self):
        network = support.words_network("fail", {"error": "invalid_argument"}, on_exhausted="park", start={"deadline": "500ms"})
        # Only an operator helps before the deadline, so nobody waits for it.
        self.json("run", self.write("park.json", network), "--set", "text=a b", shape="run", code=FAILED)
        time.sleep(0.6)
        self.assert_ended_by_deadline(self.json("resume", "last", shape="run", code=FAILED))
        self.assertEqual(self.lines("dead", "list"), [])


class Stores(support.Case):
    """Data directories that this hal9 cannot work on."""

    def setUp(self):
        super().setUp()
        self.network = self.write("slow.json", support.slow_network(0))
        self.file = self.data / "hal9.db"

    def fill(self):
        """A store with a run, and its result."""
        return self.json("run", self.network, "--set", f"text={' '.join(map(str, range(3000)))}")

    def assert_out_of_reach(self, *words, verbs=READING + CHANGING):
        """Every verb says so and exits with 3, and the file is as it was."""
        content = self.file.read_bytes()
        for verb in (["run", self.network, "--set", "text=a"], *verbs):
            with self.subTest(verb=verb):
                done = self.hal9(*verb)
                self.assert_error(done, UNREACHABLE, str(self.file), *words)
                self.assertEqual(done.stdout, "")
        self.assertEqual(self.file.read_bytes(), content, "the file was changed")

    def change(self, statement):
        database = sqlite3.connect(self.file)
        database.execute(statement)
        database.commit()
        database.close()

    def test_store_of_a_newer_schema_is_left_alone_and_names_both_versions(self):
        self.fill()
        known = self.json("version")["schema"]
        self.change(f"pragma user_version = {known + 1}")
        self.assert_out_of_reach(f"schema version {known + 1}", f"up to {known}", "newer hal9", "backup")
        self.change(f"pragma user_version = {known}")
        self.assertEqual(self.json("show", "last")["result"]["count"], 3000)

    def test_database_of_another_program_is_left_alone(self):
        self.data.mkdir()
        self.change("create table theirs(value)")
        self.change("pragma application_id = 77")
        self.assert_out_of_reach("another program", "another data directory")

    def test_file_that_is_no_database_is_damaged_and_left_alone(self):
        self.data.mkdir()
        self.file.write_bytes(b"no database at all\n" * 1000)
        self.assert_out_of_reach("is damaged", "restore a backup", f"sqlite3 {self.file} .recover")

    def test_file_cut_short_is_damaged_and_a_backup_of_it_goes_on(self):
        before = self.fill()
        shutil.copytree(self.data, self.folder / "backup")
        with open(self.file, "r+b") as file:
            file.truncate(self.file.stat().st_size // 2)
        self.assert_out_of_reach("is damaged", "restore a backup", f"sqlite3 {self.file} .recover")
        shutil.rmtree(self.data)
        shutil.copytree(self.folder / "backup", self.data)
        self.assertEqual(self.json("show", "last"), before)
        self.fill()

    def test_pages_overwritten_are_damage_that_is_named(self):
        self.fill()
        with open(self.file, "r+b") as file:
            size = self.file.stat().st_size
            file.seek(4096)
            file.write(b"\xa5" * (size - 4096))
        self.assert_out_of_reach("is damaged", "restore a backup", f"sqlite3 {self.file} .recover")

    def test_directory_of_another_user_is_out_of_reach(self):
        options = support.without_privileges(self)
        if not options:
            self.skipTest("needs root, to make a directory of another user")
        self.data = self.folder / "of-root"
        self.data.mkdir(mode=0o700)
        done = self.hal9("run", self.network, "--set", "text=a", **options)
        self.assert_error(done, UNREACHABLE, str(self.data), "Permission denied")


class OnSmallDisk(support.Case):
    """The store lies on a disk that can be filled."""

    def setUp(self):
        super().setUp()
        self.disk = support.SmallDisk(self.folder / "disk", 4096)
        self.addCleanup(self.disk.close)
        self.addCleanup(self.kill_all)  # before the disk goes
        self.binary = [*self.disk.enter, support.BINARY]
        self.data = self.folder / "disk/data"
        self.quick = self.write("quick.json", support.slow_network(0))

    def start_slow(self, seconds):
        network = self.write("slow.json", support.slow_network(seconds))
        process = self.start("run", network, "--set", "text=a b c", "--json")
        self.wait_for_progress(least=4)
        return process

    def start_that_meets_a_full_disk(self):
        """A run with three timers, on a disk that is full before the first of them fires."""
        process = self.start_slow(3)
        process.send_signal(signal.SIGSTOP)
        self.disk.fill()
        process.send_signal(signal.SIGCONT)
        return process

    def run_quick(self):
        return self.hal9("run", self.quick, "--set", "text=x", "--json")

    def accepted(self):
        """The writer looks at least once a second whether there is room."""
        time.sleep(1.5)
        done = self.run_quick()
        return json.loads(done.stdout) if done.returncode == DONE else None


class FullDisk(OnSmallDisk):
    def test_new_runs_are_refused_and_taken_again_when_there_is_room(self):
        holder = self.start_slow(3600)
        self.disk.fill()
        for _ in range(2):
            self.assert_error(self.run_quick(), REFUSED, "the disk of the store is full", "accepted again once there is room")
        self.assertEqual([run["status"] for run in self.lines("runs")], ["running"])
        self.assertEqual(self.json("show", "last", shape="run")["signals"]["known"], 4)
        self.assertEqual(self.lines("dead", "list"), [])
        self.assertIsNone(holder.poll())
        self.disk.make_room()
        self.assertEqual(support.wait_until(self.accepted, "a run")["result"]["words"], ["x"])
        holder.send_signal(signal.SIGTERM)
        self.end(holder, INTERRUPTED)
        self.assertEqual([run["status"] for run in self.lines("runs")], ["completed", "running"])

    def test_running_work_waits_for_room_and_ends_whole(self):
        holder = self.start_that_meets_a_full_disk()
        time.sleep(3.5)  # the timers fire, and what they do cannot be committed
        self.assertEqual(self.json("show", "last")["status"], "running")
        self.assertIsNone(holder.poll())
        self.disk.make_room()
        run = json.loads(self.end(holder, DONE)[0])
        self.assertEqual(run["result"], {"count": 3, "words": ["a", "b", "c"]})

    def test_kill_on_a_full_disk_loses_nothing(self):
        holder = self.start_that_meets_a_full_disk()
        time.sleep(3.5)
        holder.kill()
        holder.wait()
        self.assertEqual(self.json("show", "last")["status"], "running")
        self.assertEqual(self.hal9("resume", "last").returncode, REFUSED)
        self.disk.make_room()
        self.assertEqual(self.json("resume", "last", shape="run")["result"], {"count": 3, "words": ["a", "b", "c"]})

    def test_start_on_a_full_disk_is_refused_and_harms_neither_old_store_nor_new(self):
        self.assertEqual(json.loads(self.run_quick().stdout)["status"], "completed")
        self.disk.fill()
        new = self.folder / "disk/new"
        for data in (self.data, new):
            with self.subTest(data=data.name):
                self.assert_error(self.hal9("run", self.quick, "--set", "text=x", data=data), REFUSED)
        self.assertEqual(self.json("show", "last")["result"]["words"], ["x"])
        self.disk.make_room()
        for data, runs in ((self.data, 2), (new, 1)):
            self.json("run", self.quick, "--set", "text=x", data=data)
            self.assertEqual(len(self.lines("runs", data=data)), runs)


class Output(support.Case):
    def test_output_that_cannot_be_written_is_said_and_can_be_had_again(self):
        network = self.write("quick.json", support.slow_network(0))
        verbs = (["run", network, "--set", "text=a"], ["runs"], ["show", "last", "--json"], ["resume", "last"], ["check", network])
        for verb in verbs:
            with self.subTest(verb=verb), open("/dev/full", "w", encoding="utf-8") as full:
                done = self.hal9(*verb, stdout=full, code=FAILED)
                self.assertIn("cannot write all of the output (No space left on device)", done.stderr)
        self.assertEqual(self.json("resume", "last", shape="run")["result"], {"count": 1, "words": ["a"]})


class DeadLetters(support.Case):
    """A network that reads a file a word and parks what cannot be read."""

    def setUp(self):
        super().setUp()
        self.network = self.write("park.json", support.words_network("files.read", {"path": "${/text}"}, on_exhausted="park"))
        self.write("docs/here", "here")
        self.missing = [self.folder / "docs" / name for name in ("first", "second")]
        self.run_id = self.park()["id"]

    def park(self):
        files = " ".join(map(str, [self.folder / "docs/here", *self.missing]))
        arguments = ["--set", f"text={files}", "--grant", f"files.read={self.folder / 'docs'}"]
        run = self.json("run", self.network, *arguments, code=FAILED, shape="run")
        self.assertEqual((run["status"], run["signals"]["parked"], run["error"]), ("running", 2, None))
        return run

    def letters(self):
        return self.lines("dead", "list", shape="dead-list")

    def decide(self, verb, *which, **options):
        return self.json("dead", verb, *which, shape="dead-decision", **options)["count"]

    def result_of(self, code=DONE):
        return self.json("resume", self.run_id, shape="run", code=code)

    def test_run_that_waits_for_an_operator_says_so_and_exits_with_1(self):
        done = self.hal9("resume", "last", "--quiet")
        self.assert_error(done, FAILED, self.run_id, "waits for an operator", "`hal9 dead list`")
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.json("show", "last")["status"], "running")

    def test_letters_are_listed_with_run_neuron_attempts_and_error(self):
        letters = self.letters()
        self.assertEqual([letter["run"] for letter in letters], [self.run_id] * 2)
        self.assertEqual([(letter["neuron"], letter["attempt"]) for letter in letters], [("work", 1)] * 2)
        for letter, file in zip(letters, self.missing):
            self.assertEqual(letter["error"], {"code": "not_found", "message": f"cannot open {file}: No such file or directory"})
            self.assertEqual(self.json("show", "--signal", letter["id"], shape="signal")["status"], "parked")
        lines = self.hal9("dead", "list", code=DONE).stdout.splitlines()
        self.assertEqual(len(lines), 2)
        for line, letter in zip(lines, letters):
            for word in (letter["id"], "work", letter["error"]["code"], letter["error"]["message"]):
                self.assertIn(word, line)

    def test_redriven_letters_are_tried_again_and_the_run_goes_on(self):
        for file in self.missing:
            file.write_text(file.name)
        self.assertRegex(self.hal9("dead", "redrive", "--all", code=DONE).stdout, r"^2 .*`hal9 resume RUN`")
        self.assertEqual(self.hal9("dead", "list", code=DONE).stdout, "no dead letters\n")
        self.assertEqual(self.json("show", "last")["status"], "running")
        self.assertEqual(self.result_of()["result"], {"count": 3, "words": ["here", "first", "second"]})

    def test_redriven_letter_that_fails_again_comes_back_with_both_counted(self):
        self.assertEqual(self.decide("redrive", self.letters()[1]["id"]), 1)
        self.assertEqual(len(self.letters()), 1)
        self.result_of(code=FAILED)
        self.assertEqual([letter["attempt"] for letter in self.letters()], [1, 3])

    def test_discarded_letter_fails_its_parent(self):
        first, second = self.letters()
        self.assertEqual(self.decide("discard", first["id"]), 1)
        run = self.json("show", self.run_id, shape="run")
        self.assertEqual(run["status"], "failed")
        self.assertEqual(run["error"]["message"], f"discarded by an operator: {first['error']['message']}")
        self.assertEqual(self.letters(), [], "a letter of a run that has ended is none")
        self.assertEqual(self.json("show", "--signal", second["id"])["status"], "cancelled")
        self.assert_error(self.hal9("resume", self.run_id), FAILED, "discarded by an operator")
        self.assertEqual(self.hal9("dead", "discard", "--all", code=DONE).stdout, "0 discarded\n")

    def test_discarded_letter_can_be_skipped_like_any_failed_child(self):
        network = json.loads(self.network.read_text())
        network["neurons"]["start"]["on_child_error"] = "skip"
        self.network.write_text(json.dumps(network))
        self.hal9("dead", "discard", "--all", code=DONE)
        self.run_id = self.park()["id"]
        self.assertEqual(self.decide("discard", "--all"), 2)
        self.assertEqual(self.result_of()["result"], {"count": 1, "words": ["here"]})

    def test_letters_outlive_kill_9(self):
        letters = self.letters()
        process = self.start("run", self.write("slow.json", support.slow_network(3600)), "--set", "text=a")
        support.wait_until(self.store_is_held, "the holder")
        process.kill()
        process.wait()
        self.assertEqual(self.letters(), letters)

    def test_running_holder_tries_a_redriven_letter_at_once(self):
        network = json.loads(self.network.read_text())
        network["neurons"]["slow"] = {"layer": "L4", "kind": "delay", "settings": {"for": "1h"}}
        network["neurons"]["start"]["forward"].append("slow")
        file = self.missing[0]
        known = self.letters()
        both = self.write("both.json", json.dumps(network))
        holder = self.start("run", both, "--set", f"text={file}", "--grant", f"files.read={file.parent}")
        letter = support.wait_until(lambda: [each["id"] for each in self.letters() if each not in known], "the letter")[0]
        file.write_text("found")
        self.assertEqual(self.decide("redrive", letter), 1)
        shown = support.wait_until(lambda: self.ended(letter), "the signal's end")
        self.assertEqual((shown["status"], shown["result"]["text"]), ("completed", "found"))
        self.assertIsNone(holder.poll())

    def ended(self, signal_id):
        shown = self.json("show", "--signal", signal_id)
        return shown if shown["finished"] else None

    def test_what_is_no_dead_letter_is_refused_and_nothing_is_decided(self):
        known = self.letters()
        completed = self.json("run", self.write("quick.json", support.slow_network(0)), "--set", "text=a")["id"]
        for verb in ("redrive", "discard"):
            for code, arguments, word in (
                (USAGE, [], "--all"),
                (USAGE, ["bogus"], "ids look like"),
                (USAGE, [known[0]["id"], "bogus"], "ids look like"),
                (USAGE, [UNKNOWN_ID], "no signal"),
                (USAGE, [known[0]["id"], UNKNOWN_ID], "no signal"),
                (USAGE, ["--all", known[0]["id"]], "--all"),
                (FAILED, [completed], "`hal9 dead list`"),
            ):
                with self.subTest(verb=verb, arguments=arguments):
                    self.assert_error(self.hal9("dead", verb, *arguments), code, word)
                    self.assertEqual(self.letters(), known)

    def test_letter_of_a_cancelled_run_is_none(self):
        letter = self.letters()[0]["id"]
        self.hal9("cancel", self.run_id, code=DONE)
        self.assertEqual(self.letters(), [])
        for verb in ("redrive", "discard"):
            self.assert_error(self.hal9("dead", verb, letter), FAILED, "not parked")
        self.assertEqual(self.json("show", self.run_id)["status"], "cancelled")


if __name__ == "__main__":
    unittest.main()

"""What every end-to-end test uses: a data directory of its own, the binary, networks and corpora to run."""

import errno
import gzip
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time
import unittest

import schema

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("HAL9_BINARY", str(ROOT / "build/hal9"))
EXAMPLE = ROOT / "examples/security-fixes/network.yaml"
SECONDS_MAX = 120
NOBODY = 65534

# How a process ended; interfaces of the command line.
DONE, FAILED, USAGE, UNREACHABLE, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def environment(**more):
    """Nothing of this machine's configuration reaches a test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HAL9_", "XDG_"))}
    return {**kept, "NO_COLOR": "1", **more}


def wait_until(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.01)
    return value


class Case(unittest.TestCase):
    """A folder of its own, with `data` in it for the store."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hal9-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"
        self.binary = [BINARY]
        self.processes = []
        self.addCleanup(self.kill_all)

    def kill_all(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def command(self, *arguments, data=None):
        verb_with_store = arguments[0] not in ("check", "version", "completion")
        names_none = "--data" not in arguments and "--defaults" not in arguments
        more = ["--data", str(data or self.data)] if verb_with_store and names_none else []
        return [*self.binary, *map(str, arguments), *more]

    def hal9(self, *arguments, code=None, stdin=None, data=None, env=None, **options):
        """Runs a verb to its end, `stdin` being text or an open file. With `code`: asserts how it ended."""
        given = {"input": stdin} if isinstance(stdin, str) else {"stdin": stdin or subprocess.DEVNULL}
        done = subprocess.run(
            self.command(*arguments, data=data),
            text=True,
            timeout=SECONDS_MAX,
            env=environment(**(env or {})),
            cwd=self.folder,
            check=False,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **given, **options},
        )
        if code is not None:
            self.assertEqual(done.returncode, code, f"hal9 {' '.join(map(str, arguments))}\n{done.stdout}\n{done.stderr}")
        return done

    def start(self, *arguments, data=None, **options):
        process = subprocess.Popen(
            self.command(*arguments, data=data),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            cwd=self.folder,
            **options,
        )
        self.processes.append(process)
        return process

    def end(self, process, code=None):
        out, err = process.communicate(timeout=SECONDS_MAX)
        if code is not None:
            self.assertEqual(process.returncode, code, f"{process.args}\n{out}\n{err}")
        return out, err

    def json(self, *arguments, shape=None, code=DONE, **options):
        """The one document that a verb prints with --json, checked against its schema."""
        value = json.loads(self.hal9(*arguments, "--json", code=code, **options).stdout)
        if shape:
            self.assert_shape(value, shape)
        return value

    def lines(self, *arguments, shape=None, code=DONE, **options):
        """The documents that a verb prints with --json, one a line."""
        values = [json.loads(line) for line in self.hal9(*arguments, "--json", code=code, **options).stdout.splitlines()]
        for value in values:
            if shape:
                self.assert_shape(value, shape)
        return values

    def assert_shape(self, value, name):
        self.assertEqual(schema.check(value, name), [])

    def assert_error(self, done, code, *words):
        """Failed in this way, with `hal9: …` on stderr saying all the words, and nothing on stdout."""
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertTrue(done.stderr.startswith("hal9: "), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertNotIn("assertion", done.stderr)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
        return path

    def store_is_held(self):
        return (self.data / "hal9.sock").exists()

    def wait_for_progress(self, run="last", least=1):
        """Until so many signals of the run are known; the run's document."""

        def known():
            done = self.hal9("show", run, "--json")
            if done.returncode == DONE:
                shown = json.loads(done.stdout)
                return shown if shown["signals"]["known"] >= least else None
            return None

        return wait_until(known, f"{least} signals")


# Networks -----------------------------------------------------------------------------------------------------------


def network(neurons, start="start", **top):
    """A definition as JSON text, which is a definition as good as YAML."""
    return json.dumps({"hal9": 1, "name": "test", "start": start, "neurons": neurons, **top})


def words_network(kind, settings, **more):
    """Splits /text at blanks and hands each word to a neuron of this kind, whose results it collects."""
    return network(
        {
            "start": {
                "layer": "L5",
                "kind": "text.split",
                "settings": {"text": "${/text}", "on": " "},
                "forward": ["work"],
                "combine": {"count": {"count": "children"}, "words": {"collect": "/text"}},
                **more.pop("start", {}),
            },
            "work": {"layer": "L4", "kind": kind, "settings": settings, **more},
        }
    )


def slow_network(seconds):
    """Every word waits so long."""
    return words_network("delay", {"for": f"{int(seconds * 1000)}ms"})


# Corpora ------------------------------------------------------------------------------------------------------------


def entry(package, version, cves, day):
    lines = [f"{package} ({version}) unstable; urgency=medium", ""]
    lines += [f"  * Fix CVE-{2000 + cve % 25}-{1000 + cve}" for cve in cves]
    lines += ["", f" -- Jo Doe <jo@example.org>  Mon, {day:02} Jan 2024 10:00:00 +0000", ""]
    return "\n".join(lines)


def make_corpus(folder, files, entries, seed=1):
    """Changelogs as Debian has them: `files` packages with about `entries` entries each."""
    chance = random.Random(seed)
    for number in range(files):
        package = f"pkg{number:04}"
        (folder / package).mkdir(parents=True)
        text = "\n".join(
            entry(package, f"1.{version}-1", chance.sample(range(500), chance.randrange(4)), chance.randrange(1, 28))
            for version in range(chance.randrange(1, 2 * entries), 0, -1)
        )
        with gzip.GzipFile(folder / package / "changelog.Debian.gz", "wb", mtime=0) as file:
            file.write(text.encode())


def run_example(folder, *more):
    """Arguments of `hal9` that run the example on a corpus."""
    return ["run", EXAMPLE, "--grant", f"files.read={folder}", "--set", f"directory={folder}", *more]


# Limits of the system -----------------------------------------------------------------------------------------------


def without_privileges(case):
    """Options of Case.hal9 under which a file of mode 0 cannot be read: to root nothing is unreadable, to `nobody` it is."""
    if os.geteuid() != 0:
        return {}
    case.folder.chmod(0o755)
    copy = shutil.copy2(BINARY, case.folder / "hal9")  # the checkout may be closed to others
    case.binary = [str(copy)]
    case.data = case.folder / "of-nobody/data"
    case.data.parent.mkdir()
    os.chown(case.data.parent, NOBODY, NOBODY)
    options = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        case.hal9("version", code=DONE, **options)
    except (OSError, subprocess.SubprocessError) as error:
        raise unittest.SkipTest(f"cannot run as the user nobody: {error}") from error
    return options


class SmallDisk:
    """A file system with so much room, seen by the processes that start behind `enter` and by nobody else."""

    def __init__(self, folder, kibibytes):
        folder.mkdir()
        whose = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        mount = f'mount -t tmpfs -o size={kibibytes}k,mode=0700 tmpfs "$1" && echo mounted && exec cat'
        try:
            self.process = subprocess.Popen(
                ["unshare", "--mount", *whose, "sh", "-c", mount, "sh", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        except OSError as error:
            raise unittest.SkipTest(f"cannot mount a small file system: {error}") from error
        if self.process.stdout.readline() != "mounted\n":
            error = self.process.communicate()[1].strip()
            raise unittest.SkipTest(f"cannot mount a small file system: {error}")
        pid = self.process.pid
        self.enter = ["nsenter", f"--target={pid}", "--mount", *(["--user", "--preserve-credentials"] if whose else [])]
        self.seen_from_outside = pathlib.Path(f"/proc/{pid}/root{folder}")

    def fill(self):
        with open(self.seen_from_outside / "ballast", "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def make_room(self):
        (self.seen_from_outside / "ballast").unlink()

    def close(self):
        self.process.communicate()

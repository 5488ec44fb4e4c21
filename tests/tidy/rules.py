#!/usr/bin/env python3
"""House rules that neither the compiler nor clang-tidy keeps; see STYLE.md.

`check(root)` reads every C++ file of the tree against src/hal9/LAYERS and returns what it found, one line a fault:
`file:line: what is wrong; what would be right`. Run as a program it prints them and exits 1 if there are any.
"""

import pathlib
import re
import sys

LINES_MAX = 600
FOLDERS = ("src/hal9", "sim", "tests", "fuzz", "bench")

# Headers of the language and of the system: whoever includes anything else includes a third party.
STANDARD = set(
    """
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits
    clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint
    cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution expected filesystem format forward_list
    fstream functional future generator initializer_list iomanip ios iosfwd iostream istream iterator latch limits list
    locale map memory memory_resource mutex new numbers numeric optional ostream print queue random ranges ratio regex
    scoped_allocator semaphore set shared_mutex source_location span spanstream sstream stack stacktrace stdexcept
    stop_token streambuf string string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo
    unordered_map unordered_set utility valarray variant vector version
    dirent.h dlfcn.h endian.h errno.h fcntl.h fnmatch.h glob.h grp.h langinfo.h limits.h locale.h malloc.h netdb.h poll.h
    pthread.h pwd.h sched.h signal.h spawn.h stdint.h stdio.h stdlib.h string.h termios.h time.h unistd.h
    """.split()
)
SYSTEM_FOLDERS = {"sys", "net", "netinet", "arpa", "linux", "sanitizer"}

# Modules that decide: they may not open sockets or change files.
PURE = {"base", "model", "ports", "definition", "neurons", "runtime", "services"}
IMPURE_HEADERS = re.compile(
    r"^(sys/(socket|un|epoll|stat|mman|file|sendfile|inotify)\.h|netinet/.*|arpa/.*|net/.*|netdb\.h|poll\.h|fcntl\.h"
    r"|unistd\.h|dirent\.h|spawn\.h|filesystem|fstream)$"
)

TEST_LIBRARIES = ("gtest", "gmock")
# Tests of what stands above the ports run on this one, whatever LAYERS grants their module.
STORE_FOR_TESTS = "adapters/memory"
GENERATED = {"hal9/app/build_info.hpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
NOW = re.compile(
    r"\b\w+_clock\s*::\s*now\s*\(|(?<![\w.:>])(?:std::|::)?time\s*\(\s*(?:nullptr|NULL|0|&\s*\w+)\s*\)"
    r"|\b(?:gettimeofday|clock_gettime|timespec_get)\s*\("
)
CAPTURE_ALL = re.compile(r"\[\s*=\s*[\],]")
# Raw strings, strings, characters and comments, so that none of their contents is taken for code.
NOT_CODE = re.compile(
    r'R"(?P<d>[^()\\\s]{0,16})\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-zA-Z_])\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/',
    re.S,
)


class LayersError(Exception):
    """A line of LAYERS that cannot be read or names what it may not."""


class Layer:
    """One line of LAYERS."""

    def __init__(self, name, uses, public, private):
        self.name = name
        self.uses = uses
        self.public = public
        self.private = private
        self.folder = name[1:] if name.startswith("/") else "src/hal9/" + name
        self.include = name[1:] if name.startswith("/") else "hal9/" + name


def read_layers(path):
    """The lines of LAYERS by name, lowest first."""
    layers = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = re.match(r"^(/?[a-z0-9_/]+):([^|]*)(?:\|(.*))?$", line)
        where = f"{path.name}:{number}"
        if not match:
            raise LayersError(f"{where}: cannot be read; a line is `module: modules | headers ; private: headers`")
        name, uses, headers = match.group(1), match.group(2).split(), match.group(3) or ""
        public, _, private = headers.replace(";", " ").partition("private:")
        if name in layers:
            raise LayersError(f"{where}: `{name}` stands on an earlier line already; one line a module")
        if uses == ["everything"]:
            uses = [earlier for earlier in layers if not earlier.startswith("/")]
        for used in uses:
            if used not in layers:
                raise LayersError(f"{where}: `{name}` names `{used}`; only earlier lines may be named")
        layers[name] = Layer(name, uses, public.split(), private.split())
    return layers


def blank_non_code(text):
    """The text with comments and literals blanked, line numbers kept."""
    return NOT_CODE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def longest(layers, path, attribute):
    """The layer whose folder or include path is the longest beginning of `path`."""
    found = None
    for layer in layers.values():
        start = getattr(layer, attribute) + "/"
        if path.startswith(start) and (found is None or len(start) > len(getattr(found, attribute)) + 1):
            found = layer
    return found


class File:
    """One source file and what the rules need to know of it."""

    def __init__(self, root, path, layers):
        self.path = path.relative_to(root).as_posix()
        self.text = path.read_text(encoding="utf-8", errors="replace")
        self.code = blank_non_code(self.text)
        self.layers = layers
        self.layer = longest(layers, self.path, "folder")
        self.is_header = path.suffix == ".hpp"
        self.is_test = path.stem.endswith("_test") or self.path.startswith("tests/")
        self.is_for_tests = self.is_test or path.stem.endswith("_fixture")
        self.is_private = not self.is_header or "/detail/" in self.path

    def fault(self, line, text):
        return f"{self.path}:{line}: {text}"


def check_place(file):
    """Every folder with code is a line of LAYERS, with nothing below it but detail/."""
    rest = pathlib.PurePosixPath(file.path).parent.as_posix()
    if file.layer is None or rest not in (file.layer.folder, file.layer.folder + "/detail"):
        yield file.fault(1, f"folder {rest} is not in src/hal9/LAYERS; add its line there, or use an existing folder")


def check_size(file):
    count = file.text.count("\n")
    if count > LINES_MAX:
        yield file.fault(LINES_MAX + 1, f"{count} lines; at most {LINES_MAX}, split it by idea")


def check_header(file):
    if not file.is_header:
        return
    lines = [line.strip() for line in file.text.split("\n") if line.strip()]
    if "#pragma once" not in lines:
        yield file.fault(1, "header without `#pragma once`")
    opening = [line for line in lines[:2] if line != "#pragma once"]
    if not opening or not opening[0].startswith(("//", "/*")):
        yield file.fault(1, "header without an opening comment; say in 3 to 15 lines what it is for")


def check_code(file):
    """Rules on single lines of code."""
    clock_allowed = file.layer is not None and (
        file.layer.name == "app" or file.layer.name.startswith(("adapters/", "/bench", "/tests"))
    )
    for number, line in enumerate(file.code.split("\n"), 1):
        if not clock_allowed and NOW.search(line):
            yield file.fault(number, "reads the system's clock; take a hal9::Clock, which a test can set")
        if CAPTURE_ALL.search(line):
            yield file.fault(number, "`[=]` copies what nobody named; list what the lambda captures")


def includes(file):
    """(line number, quote or bracket, path); commented-out ones are not includes."""
    code = file.code.split("\n")
    for number, line in enumerate(file.text.split("\n"), 1):
        match = INCLUDE.match(line)
        if match and code[number - 1].lstrip().startswith("#"):
            yield number, match.group(1), match.group(2)


def check_includes(file):
    if file.layer is None:
        return
    for number, kind, path in includes(file):
        text = own_include(file, path) if kind == '"' else foreign_include(file, path)
        if text:
            yield file.fault(number, text)


def own_include(file, path):
    """What is wrong with including HAL9's own header `path`, or None."""
    if path in GENERATED and file.layer.name == "app":
        return None
    target = longest(file.layers, path, "include")
    if target is None:
        return f'"{path}" is in no module; write own headers as "hal9/<module>/x.hpp", others in angle brackets'
    if target.name == STORE_FOR_TESTS and file.is_for_tests and "ports" in file.layer.uses:
        return None
    if target is not file.layer and target.name not in file.layer.uses:
        return f"`{file.layer.name}` may not use `{target.name}`; src/hal9/LAYERS allows: {' '.join(file.layer.uses) or 'nothing'}"
    if "/detail/" in path and target is not file.layer:
        return f"{path} is private to `{target.name}`; include a header at the module's top"
    return None


def begins(path, prefix):
    return path == prefix or path.startswith((prefix + "/", prefix + "."))


def foreign_include(file, path):
    """What is wrong with including the library or system header `path`, or None."""
    layer = file.layer
    if begins(path, "hal9") or longest(file.layers, path, "include"):
        return f'<{path}> is HAL9\'s own; write it in quotes'
    if path in STANDARD or path.split("/")[0] in SYSTEM_FOLDERS:
        if layer.name in PURE and not file.is_test and IMPURE_HEADERS.match(path):
            return f"`{layer.name}` decides and touches neither sockets nor files: <{path}> belongs in adapters/, behind a port"
        return None
    if any(begins(path, library) for library in TEST_LIBRARIES):
        return None if file.is_test else f"<{path}> outside a test"
    public = layer.public + [prefix for used in layer.uses for prefix in file.layers[used].public]
    if any(begins(path, prefix) for prefix in public):
        return None
    if any(begins(path, prefix) for prefix in layer.private):
        if file.is_private or file.is_test:
            return None
        return f"<{path}> is private to `{layer.name}`; include it in .cpp files and detail/ only"
    return f"`{layer.name}` may not include <{path}>; src/hal9/LAYERS allows: {' '.join(public + layer.private) or 'nothing'}"


RULES = (check_place, check_size, check_header, check_code, check_includes)


def sources(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp") and path.is_file():
                yield path


def check(root):
    """All faults of the tree at `root`, in the order of its files."""
    root = pathlib.Path(root)
    try:
        layers = read_layers(root / "src/hal9/LAYERS")
    except LayersError as error:
        return [f"src/hal9/{error}"]
    files = [File(root, path, layers) for path in sources(root)]
    return [fault for file in files for rule in RULES for fault in rule(file)]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    faults = check(root)
    print("\n".join(faults + [f"{len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

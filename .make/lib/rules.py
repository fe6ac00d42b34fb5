"""The rules of the code base that the compiler does not check. Each finding is `file:line: what to do`."""

import re

from .swift import manifest

LONGEST_FILE = 500
# Modules that come with the toolchain and so are in no manifest.
TOOLCHAIN = {
    "Swift", "Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch", "Synchronization",
    "Testing", "Glibc", "Observation", "RegexBuilder", "PackageDescription", "_Concurrency",
}
# Who may see a C module: the one module that wraps it (the gateway has its compressors to itself).
WRAPPERS = {
    "CPostgres": {"Postgres"}, "CHiredis": {"Redis"}, "CJWT": {"JWT"}, "COpenSSL": {"JWT", "Secrets"},
    "CCurl": {"Mail"}, "CZlib": {"Gateway"}, "CBrotli": {"Gateway"},
}
# Modules with no need of the rest: what they may import of ours.
BASE = {"HTTPWire": set(), "JSON": set(), "Scheduling": set(), "CalendarSync": set(), "Problem": {"JSON"}}
APART = ("Gateway", "Origin")

_IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)")
# A literal that begins as a statement and names a table; a bare `SELECT 1` asks only whether anybody is there.
_SQL = re.compile(r'"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b[^"]*?\b(?:FROM|INTO|SET)\s+\w')
_REASON = re.compile(
    r'(?:reason:|badRequest\(|unauthorized\(|forbidden\(|conflict\(|unavailable\()\s*"([a-z_]+)"')
# How the two programs read a setting.
_SETTINGS = {
    "Origin/App/Configuration": re.compile(r'settings\.\w+\(\s*"([A-Z_]+)"'),
    "Gateway/Configuration": re.compile(r'\.(?:read|string|strings|integer|choice|mappings?|named)\(\s*"([a-z_]+)"'),
}
_TEST_WITHOUT_ATTRIBUTE = re.compile(r"^\s*(?:\w+\s+)*func test\w*\(")


def broken_rules(root, package=None):
    """Every finding in Sources and Tests, sorted."""
    targets = (package or manifest(root))["targets"]
    ours = {target["name"] for target in targets}
    found = []
    for target in targets:
        folder = root / (target.get("path") or f"{'Tests' if target['type'] == 'test' else 'Sources'}/{target['name']}")
        declared = {dependency for entry in target["dependencies"] for dependency in _names(entry)}
        for path in sorted(folder.rglob("*.swift")):
            file = _File(root, path, target)
            found += file.imports(declared, ours)
            found += file.habits()
    return sorted(found) + list(_folders_without_a_line(root)) + list(_reasons_without_a_line(root)) \
        + list(_settings_without_a_line(root))


def long_files(root):
    """Files over the length at which a reason is asked for; a report, not an error."""
    for path in sorted([*root.glob("Sources/**/*.swift"), *root.glob("Tests/**/*.swift")]):
        length = path.read_text().count("\n")
        if length > LONGEST_FILE:
            yield f"{path.relative_to(root)}: {length} lines; is it still one thing?"


def _folders_without_a_line(root):
    """The code map is worth something only as long as it is whole."""
    code_map = root / "docs/ARCHITECTURE.md"
    text = code_map.read_text() if code_map.exists() else ""
    for folder in sorted({path.parent for path in root.glob("Sources/*/*/*.swift")}):
        name = f"{folder.relative_to(root / 'Sources')}/"
        if f"`{name}`" not in text:
            yield f"Sources/{name}: docs/ARCHITECTURE.md has no line for this folder"


def _reasons_without_a_line(root):
    """Programs rely on reasons: what the code can say, the list must explain."""
    document = root / "docs/errors.md"
    text = document.read_text() if document.exists() else ""
    for path in sorted(root.glob("Sources/*/**/*.swift")):
        reasons = _REASON.findall(path.read_text())
        if path.stem.startswith("GatewayError"):
            reasons += re.findall(r'Self\("([a-z_]+)"\)', path.read_text())
        if path.stem == "HTTPWireError":
            reasons += re.findall(r'case \w+ = "([a-z_]+)"', path.read_text())
        for reason in reasons:
            if f"`{reason}`" not in text:
                yield f"{path.relative_to(root)}: docs/errors.md does not list the reason {reason}"


def _settings_without_a_line(root):
    """An operator knows only the settings that are written down."""
    document = root / "docs/configuration.md"
    text = document.read_text() if document.exists() else ""
    for folder, pattern in _SETTINGS.items():
        for path in sorted(root.glob(f"Sources/{folder}/*.swift")):
            for key in sorted(set(pattern.findall(path.read_text()))):
                if f"`{key}`" not in text:
                    yield f"{path.relative_to(root)}: docs/configuration.md does not list {key}"


class _File:
    def __init__(self, root, path, target):
        self._name = path.relative_to(root)
        self._lines = path.read_text().splitlines()
        self._target = target["name"]
        self._is_test = target["type"] == "test" or self._name.parts[0] == "Tests"

    def imports(self, declared, ours):
        for number, module in self._imported():
            place = f"{self._name}:{number}:"
            if module not in declared | TOOLCHAIN:
                yield f"{place} import of {module}, which target {self._target} does not declare"
            if module in WRAPPERS and self._target not in WRAPPERS[module] and not self._is_test:
                yield f"{place} only {' and '.join(sorted(WRAPPERS[module]))} may see {module}"
            if not self._is_test and module in ours - BASE.get(self._target, ours) - {self._target} - set(WRAPPERS):
                yield f"{place} {self._target} stands below {module} and must not import it"
            if self._target in APART and module in APART and module != self._target:
                yield f"{place} gateway and origin meet only on the wire"

    def habits(self):
        previous = ""
        for number, line in enumerate(self._lines, 1):
            code = line.split("//")[0]
            place = f"{self._name}:{number}:"
            if not self._is_test and "try!" in code:
                yield f"{place} no `try!` outside of tests"
            if self._is_test and _TEST_WITHOUT_ATTRIBUTE.match(code) and "@Test" not in previous + code:
                yield f"{place} a test without @Test never runs"
            previous = line if line.strip() else previous
        text = "\n".join(self._lines)
        for match in [] if self._is_test or self._may_hold_sql else _SQL.finditer(text):
            yield f"{self._name}:{text.count(chr(10), 0, match.start()) + 1}: SQL belongs in a …Store.swift or a migration"

    @property
    def _may_hold_sql(self):
        return self._name.stem.endswith("Store") or self._target in {"Postgres", "Jobs"} \
            or {"Migrations", "Benchmarks"} & set(self._name.parts)

    def _imported(self):
        """Not those in the text of a literal over several lines, which may be a program of its own."""
        in_literal = False
        for number, line in enumerate(self._lines, 1):
            if not in_literal and (match := _IMPORT.match(line)):
                yield number, match[1]
            in_literal ^= line.count('"""') % 2 == 1


def _names(dependency):
    """A dependency's name; its module has the same, as all of ours have."""
    return [value[0] for value in dependency.values() if value]

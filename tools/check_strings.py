"""Checks the words of the screens: `python tools/check_strings.py`.

Every text a person reads comes from the catalogues assets/i18n/{id,en,zh}.json. This reads the code (not its comments) and
says where a widget is given literal text, where a key is used that has no text, which texts nobody uses, and where the
catalogues disagree about keys or {places}. It also holds screens to the kit: a bare QLabel would guess whether a name is
HTML.
"""

import ast
import fnmatch
import json
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("id", "en", "zh")
KEY = re.compile(r"[a-z]+(\.[a-z0-9_-]+)+")
FAULT = re.compile(r"err\.(?P<code>[a-z]+(?:-[a-z]+)+)(?:\.do)?")
"""Texts of a fault, by its code; used only as long as the program knows the code."""

VARIANTS = ("none", "one")
"""Last parts of the keys that stand for a number of things; `Translator.count` chooses them."""

LETTERS = re.compile(r"[^\W\d_]{2,}")

_TEXT_METHODS = (
    "addItem addItems drawText setAccessibleDescription setAccessibleName setPlaceholderText setPlainText setStatusTip "
    "setText setTitle setToolTip setWhatsThis setWindowTitle set_clock set_hint set_label set_lead set_left set_link "
    "set_message set_office set_steps set_subtitle set_text set_title set_value set_visit"
)
TEXT_METHODS = frozenset(_TEXT_METHODS.split())
"""Methods of Qt and of the kit that show or speak their text arguments."""

NAMING_METHODS = frozenset({"setObjectName", "button", "_button"})
"""Methods whose first argument is the object name of a widget."""

TEXT_ARGUMENTS = {
    "Banner": (2, 3, "text", "detail"),
    "Button": (1, "text"),
    "CheckRow": (1, "text"),
    "Chip": (1, "text"),
    "InfoRow": (1, 2, "label", "value"),
    "Label": (1, "text"),
    "PhotoView": (1, "name"),
    "QrImage": (1, "name"),
    "StatusBar": (1, 2, "office", "ministry"),
    "TileButton": (1, 2, "title", "subtitle"),
}
"""Which arguments of the kit's widgets are texts, by position and by name."""

_QT_TEXT_WIDGETS = (
    "QCheckBox QComboBox QDialog QGroupBox QLabel QLineEdit QListWidget QMessageBox QPlainTextEdit QPushButton "
    "QRadioButton QTextBrowser QTextEdit QToolButton"
)
QT_TEXT_WIDGETS = frozenset(_QT_TEXT_WIDGETS.split())
"""Widgets that show text and that the kit has its own of."""


def catalogues(folder: Path) -> dict[str, dict[str, str]]:
    """The catalogues by language."""
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in LANGUAGES}


def places(text: str) -> list[str]:
    """The {places} of a text, sorted."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def differing(texts: dict[str, dict[str, str]]) -> Iterator[str]:
    """Where the catalogues disagree, or where a text is empty."""
    for key in sorted(set().union(*texts.values())):
        missing = [name for name in LANGUAGES if key not in texts[name]]
        if missing:
            yield f"{key}: no text in {', '.join(missing)}"
            continue
        if not KEY.fullmatch(key):
            yield f"{key}: not a key; write group.name in lower case"
        for name in LANGUAGES:
            if not texts[name][key].strip():
                yield f"{key}: empty in {name}"
        if len({tuple(places(texts[name][key])) for name in LANGUAGES}) > 1:
            yield f"{key}: the languages have different {{places}}"


def no_keys(tree: ast.Module) -> set[ast.AST]:
    """Texts that are no keys: explanations, and the object names by which tests find a widget."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in NAMING_METHODS:
            found.update(node.args[:1])
    return found


def literal(node: ast.AST) -> str:
    """The letters that a text argument holds itself, "" when it has none of its own."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and LETTERS.search(node.value) else ""
    if isinstance(node, ast.JoinedStr | ast.List | ast.Tuple):
        inner = node.values if isinstance(node, ast.JoinedStr) else node.elts
        return next((words for part in inner if (words := literal(part))), "")
    if isinstance(node, ast.BinOp):
        return literal(node.left) or literal(node.right)
    if isinstance(node, ast.IfExp):
        return literal(node.body) or literal(node.orelse)
    return ""


def spoken(call: ast.Call) -> Iterator[ast.AST]:
    """The arguments of a call that a person would read."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in TEXT_METHODS:
        yield from call.args
        yield from (keyword.value for keyword in call.keywords)
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    for where in TEXT_ARGUMENTS.get(name, ()):
        if isinstance(where, int):
            yield from call.args[where : where + 1]
        else:
            yield from (keyword.value for keyword in call.keywords if keyword.arg == where)


def literal_texts(tree: ast.Module, in_kit: bool) -> Iterator[tuple[int, str]]:
    """Literal text given to widgets, and Qt's own text widgets outside the kit, by line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for argument in spoken(node):
                if words := literal(argument):
                    yield node.lineno, f"literal text {words!r}; give it a key in assets/i18n"
        if isinstance(node, ast.ImportFrom) and node.module == "PySide6.QtWidgets" and not in_kit:
            for alias in node.names:
                if alias.name in QT_TEXT_WIDGETS:
                    yield node.lineno, f"{alias.name}: use the kit's widget"


def keys_used(tree: ast.Module, groups: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Keys in a file, by line; one made from a value has * in its place."""
    skip = no_keys(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [str(p.value) if isinstance(p, ast.Constant) else "*" for p in node.values]
            skip.update(node.values)
            made = "".join(parts)
            if node not in skip and made.split(".")[0] in groups and KEY.fullmatch(made.replace("*", "x")):
                yield node.lineno, made
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skip:
            whole = node.value
            if whole.split(".")[0] in groups and KEY.fullmatch(whole):
                yield node.lineno, whole


def keys_named(data: object, groups: frozenset[str]) -> Iterator[str]:
    """Keys in a data file, such as the documents of a profile."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for part in data:
            yield from keys_named(part, groups)
    elif isinstance(data, str) and data.split(".")[0] in groups and KEY.fullmatch(data):
        yield data


def read_data(root: Path, known: set[str]) -> tuple[set[str], list[str]]:
    """The keys that data files of the program name, and those among them that have no text."""
    groups = frozenset(key.split(".")[0] for key in known)
    used: set[str] = set()
    found: list[str] = []
    for file in sorted((root / "kiosk_app").rglob("*.json")):
        named = set(keys_named(json.loads(file.read_text(encoding="utf-8")), groups))
        used |= named & known
        found += [f"{file.relative_to(root).as_posix()}: no text has the key {key}" for key in sorted(named - known)]
    return used, found


def read_code(root: Path, known: set[str]) -> tuple[set[str], list[str]]:
    """The keys that the code uses, and what is wrong in it."""
    groups = frozenset(key.split(".")[0] for key in known)
    used: set[str] = set()
    codes: set[str] = set()
    found: list[str] = []
    for file in sorted((root / "kiosk_app").rglob("*.py")):
        name = file.relative_to(root).as_posix()
        tree = ast.parse(file.read_text(encoding="utf-8"), name)
        screen = name.startswith("kiosk_app/ui/")
        if screen:
            in_kit = name.startswith("kiosk_app/ui/kit/")
            found += [f"{name}:{line}: {what}" for line, what in literal_texts(tree, in_kit)]
        codes |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        for line, key in keys_used(tree, groups):
            matches = set(fnmatch.filter(known, key))
            if not matches and screen:
                found.append(f"{name}:{line}: no text has the key {key}")
            used |= matches
    used |= {key for key in known if key.rpartition(".")[0] in used and key.rpartition(".")[2] in VARIANTS}
    used -= {key for key in used if (fault := FAULT.fullmatch(key)) and fault["code"] not in codes}
    return used, found


def unused(root: Path, idle: set[str]) -> Iterator[str]:
    """What is wrong with texts that the code does not use."""
    allowed = unused_allowed(root / "tools" / "unused_texts.txt")
    for pattern in allowed:
        if not fnmatch.filter(idle, pattern):
            yield f"tools/unused_texts.txt: {pattern} allows nothing; take it out"
    for key in sorted(idle):
        if not any(fnmatch.fnmatchcase(key, pattern) for pattern in allowed):
            yield f"{key}: nobody uses this text; take it out, or give the reason in tools/unused_texts.txt"


def problems(root: Path = ROOT) -> list[str]:
    """One line for each thing to put right."""
    texts = catalogues(root / "assets" / "i18n")
    known = set(texts[LANGUAGES[0]])
    used, found = read_code(root, known)
    named, nameless = read_data(root, known)
    return [*differing(texts), *found, *nameless, *unused(root, known - used - named)]


def unused_allowed(file: Path) -> list[str]:
    """Patterns of keys that may be unused, one a line; what follows # says why."""
    lines = (line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


if __name__ == "__main__":
    lines = problems()
    print("\n".join(lines) or "All words are in the catalogues, and used.")
    sys.exit(bool(lines))

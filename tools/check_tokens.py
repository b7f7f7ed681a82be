"""Checks that only the theme decides how things look: `python tools/check_tokens.py`.

Outside kiosk_app/ui/theme no colour, pixel size, font or style sheet may be written down: a size that is right on one
display is wrong on the next, and a colour that is right in one theme is unreadable in another.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b|\brgba?\(|\bhsla?\(")
SIZE = re.compile(r"\b\d+(?:\.\d+)?\s?(?:px|pt|em)\b|\bfont-(?:family|size|weight)\b")
FONT_FILE_NAMES = re.compile(r"Jakarta|Noto|Inter\b|Arial|Helvetica|Roboto|DejaVu", re.IGNORECASE)

_SIZE_METHODS = (
    "setContentsMargins setFixedHeight setFixedSize setFixedWidth setHorizontalSpacing setIconSize setLetterSpacing "
    "setMargin setMaximumHeight setMaximumSize setMaximumWidth setMinimumHeight setMinimumSize setMinimumWidth "
    "setPixelSize setPointSize setPointSizeF setRowMinimumHeight setColumnMinimumWidth setSpacing setVerticalSpacing "
    "setViewportMargins addSpacing insertSpacing setWordSpacing"
)
SIZE_METHODS = frozenset(_SIZE_METHODS.split())
SIZE_TYPES = frozenset({"QMargins", "QMarginsF", "QPen", "QSize", "QSizeF", "QSpacerItem"})
LOOK_METHODS = frozenset({"setStyleSheet", "setFamily", "setFamilies"})
FREE_COLOURS = frozenset({"transparent", "color0", "color1"})


def number(node: ast.AST) -> bool:
    """True for a figure other than 0, also a negative one or one that is multiplied."""
    if isinstance(node, ast.UnaryOp):
        return number(node.operand)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value != 0


def call_faults(call: ast.Call) -> Iterator[str]:
    """What a call decides that the theme should."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in SIZE_METHODS | SIZE_TYPES and any(number(argument) for argument in call.args):
        yield f"{name}: a size; take it from the tokens"
    if name == "QColor" and any(isinstance(argument, ast.Constant) for argument in call.args):
        yield "QColor: a colour; take it from the tokens"
    if name == "QFont" and call.args:
        yield "QFont: a font; ask the look for the font of a role"
    if name in LOOK_METHODS:
        yield f"{name}: only the theme styles widgets"


def faults(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Everything that a file decides itself, by line."""
    explained = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, what) for what in call_faults(node))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            if node.value.attr == "GlobalColor" and node.attr not in FREE_COLOURS:
                yield node.lineno, f"Qt.GlobalColor.{node.attr}: a colour; take it from the tokens"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in explained:
            for pattern, what in ((COLOUR, "a colour"), (SIZE, "a size"), (FONT_FILE_NAMES, "a font")):
                if found := pattern.search(node.value):
                    yield node.lineno, f"{found.group()!r}: {what}; take it from the tokens"


def problems(root: Path = ROOT) -> list[str]:
    """One line for each thing to put right."""
    found = []
    for file in sorted((root / "kiosk_app" / "ui").rglob("*.py")):
        name = file.relative_to(root).as_posix()
        if not name.startswith("kiosk_app/ui/theme/"):
            tree = ast.parse(file.read_text(encoding="utf-8"), name)
            found += [f"{name}:{line}: {what}" for line, what in faults(tree)]
    return found


if __name__ == "__main__":
    lines = problems()
    print("\n".join(lines) or "Only the theme decides how things look.")
    sys.exit(bool(lines))

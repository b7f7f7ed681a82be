"""The checks of words and tokens find what they are for: each is shown a fault of every kind."""

import json
from pathlib import Path

import pytest

from tools import check_strings, check_tokens


def tree(
    root: Path, code: str, texts: dict[str, dict[str, str]] | None = None, allowed: str = "", file: str = "ui/a.py"
) -> Path:
    """A project of one file."""
    texts = texts or {language: {"a.b": "Halo"} for language in check_strings.LANGUAGES}
    for folder in ("assets/i18n", "tools", "kiosk_app/ui/kit", "kiosk_app/ui/theme", "kiosk_app/booth"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for language in check_strings.LANGUAGES:
        (root / f"assets/i18n/{language}.json").write_text(json.dumps(texts[language]), encoding="utf-8")
    (root / "tools/unused_texts.txt").write_text(allowed, encoding="utf-8")
    (root / "kiosk_app" / file).write_text(code, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    "code",
    [
        'label.setText("Halo dunia")',
        'label.setText(f"Halo {name}")',
        'label.setText("Halo " + name)',
        'label.setText("Halo" if new else tr("a.b"))',
        'Button(look, "Halo")',
        'Button(look, text="Halo")',
        'TileButton(look, tr("a.b"), subtitle="Halo", icon="x")',
        'Banner(look, Mood.INFO, tr("a.b"), "Halo")',
        'painter.drawText(area, flags, "Halo")',
        'bar.set_link(state, "Halo")',
        'steps.set_steps(["Halo", "Dunia"], 0)',
    ],
)
def test_literal_text_is_found(tmp_path: Path, code: str) -> None:
    found = check_strings.problems(tree(tmp_path, f'tr("a.b")\n{code}\n'))
    assert [line for line in found if "kiosk_app/ui/a.py:2: literal text" in line]


@pytest.mark.parametrize(
    "code",
    [
        '"""Halo dunia."""\ntr("a.b")',
        'Button(look, tr("a.b"), icon="arrow-left")',
        'label.setText(f"{hours}:{minutes}")\ntr("a.b")',
        'Label(look, "")\nbind(label.setText, "a.b")',
        'IconView(look, "landmark")\ntr("a.b")',
        'log.info("a sentence for the log")\ntr("a.b")',
        'KEYS = {1: "a.b"}',
        'label.setObjectName("a.name")\ncontext.button("a.go", "a.b")',
        'row.setObjectName(f"a.{number}.name")\ntr("a.b")',
        'tr(f"a.{name}")',
    ],
)
def test_what_is_allowed_is_left_alone(tmp_path: Path, code: str) -> None:
    assert check_strings.problems(tree(tmp_path, code)) == []


def test_qt_text_widgets_are_for_the_kit_alone(tmp_path: Path) -> None:
    code = 'from PySide6.QtWidgets import QLabel\ntr("a.b")\n'
    assert check_strings.problems(tree(tmp_path / "one", code)) == ["kiosk_app/ui/a.py:1: QLabel: use the kit's widget"]
    assert check_strings.problems(tree(tmp_path / "two", code, file="ui/kit/label.py")) == []


@pytest.mark.parametrize("key", ['"a.c"', 'f"a.{x}.c"'])
def test_a_key_without_text_is_found(tmp_path: Path, key: str) -> None:
    found = check_strings.problems(tree(tmp_path, f'tr("a.b")\ntr({key})\n'))
    assert len(found) == 1
    assert found[0].startswith("kiosk_app/ui/a.py:2: no text has the key a.")


def test_an_unused_text_is_found_unless_allowed(tmp_path: Path) -> None:
    assert "nobody uses" in check_strings.problems(tree(tmp_path, ""))[0]
    assert check_strings.problems(tree(tmp_path, "", allowed="a.*  # for later\n")) == []
    assert "allows nothing" in check_strings.problems(tree(tmp_path, 'tr("a.b")', allowed="a.b\n"))[0]


def test_a_key_used_by_the_rules_counts_as_used(tmp_path: Path) -> None:
    assert check_strings.problems(tree(tmp_path, 'ADVICE = "a.b"\n', file="booth/rules.py")) == []


def test_keys_in_data_files_count_and_must_have_a_text(tmp_path: Path) -> None:
    root = tree(tmp_path, "")
    (root / "kiosk_app/profile.json").write_text('{"documents": [{"id": 1, "title": "a.b"}]}', encoding="utf-8")
    assert check_strings.problems(root) == []
    (root / "kiosk_app/profile.json").write_text('["a.b", "a.c", "other"]', encoding="utf-8")
    assert check_strings.problems(root) == ["kiosk_app/profile.json: no text has the key a.c"]


def test_words_for_a_fault_that_no_longer_exists_are_unused(tmp_path: Path) -> None:
    texts = {language: {"err.camera-lost": "x", "err.camera-lost.do": "y"} for language in check_strings.LANGUAGES}
    said = 'tr(f"err.{code}"), tr(f"err.{code}.do")\n'
    assert (
        check_strings.problems(tree(tmp_path, said + 'raise KioskError("camera-lost", "Gone.", "Look.")', texts)) == []
    )
    assert len(check_strings.problems(tree(tmp_path, said, texts))) == 2


def test_variants_of_a_counted_text_are_used_with_it(tmp_path: Path) -> None:
    texts = {language: {"a.b": "{n} orang", "a.b.one": "1 orang"} for language in check_strings.LANGUAGES}
    assert check_strings.problems(tree(tmp_path, 'words.count("a.b", n)', texts)) == []


def test_differing_catalogues_are_found(tmp_path: Path) -> None:
    texts = {"id": {"a.b": "Halo {n}", "a.c": "x"}, "en": {"a.b": "Hello {m}", "a.c": " "}, "zh": {"a.b": "你好 {n}"}}
    found = check_strings.problems(tree(tmp_path, 'tr("a.b"), tr("a.c")', texts))
    assert "a.b: the languages have different {places}" in found
    assert "a.c: no text in zh" in found


@pytest.mark.parametrize(
    "code",
    [
        'QColor("red")',
        "QColor(255, 0, 0)",
        "painter.fillRect(area, Qt.GlobalColor.red)",
        "widget.setFixedHeight(120)",
        "layout.setContentsMargins(0, 8, 0, 0)",
        "layout.setSpacing(-4)",
        "QSize(40, 40)",
        "QPen(colour, 3)",
        'QFont("Arial")',
        'widget.setStyleSheet("")',
        'NAME = "Plus Jakarta Sans"',
        'BLUE = "#0B4F8A"',
        'RULE = "padding: 4px"',
    ],
)
def test_a_look_of_its_own_is_found(tmp_path: Path, code: str) -> None:
    found = check_tokens.problems(tree(tmp_path, f"\n{code}\n"))
    assert found
    assert all(line.startswith("kiosk_app/ui/a.py:2: ") for line in found)


def test_tokens_and_the_theme_are_left_alone(tmp_path: Path) -> None:
    fine = (
        '"""Buttons are 120 px high, #0B4F8A."""\nwidget.setFixedHeight(tokens.sizes.action)\n'
        "layout.setContentsMargins(0, 0, 0, 0)\npicture.fill(Qt.GlobalColor.transparent)\nQColor(look.colour(name))\n"
    )
    assert check_tokens.problems(tree(tmp_path / "one", fine)) == []
    assert check_tokens.problems(tree(tmp_path / "two", 'BLUE = "#0B4F8A"', file="ui/theme/palettes.py")) == []

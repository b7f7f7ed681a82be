"""Writes docs/openapi.json, the contract between booth and office. A test fails when the file and the code differ."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kiosk_app.office.openapi import contract_text

TARGET = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def main() -> None:
    """Writes the file anew."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(contract_text(), encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()

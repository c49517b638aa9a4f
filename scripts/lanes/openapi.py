"""Writes the description of the gateway's routes, for its linter.

python -m scripts.lanes.openapi build/openapi.json
"""

import json
import sys
from pathlib import Path

from api.app import create_app


def main(target: Path) -> None:
    """A gateway that is never started: nothing is asked of it."""
    app = create_app(None, 1)  # type: ignore[arg-type]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(app.openapi(), indent=1), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The floor of `validate`: PyYAML's C `compose` of every file below a folder and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml


def main(folder: Path) -> None:
    count = 0
    for path in sorted(folder.rglob("*.yaml")):
        with path.open("rb") as stream:
            count += sum(1 for _ in yaml.compose_all(stream, Loader=yaml.CSafeLoader))
    print(count)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

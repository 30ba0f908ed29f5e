"""start_corpus DIR [--sample]: writes DIR/CASE.tar for each case, and DIR/cases.json."""

import argparse
import json
from pathlib import Path

import debian
import fails_formats  # noqa: F401
import fails_libraries  # noqa: F401
import fails_loaders  # noqa: F401
import fails_modes  # noqa: F401
import fails_paths  # noqa: F401
import fails_scripts  # noqa: F401
import fails_users  # noqa: F401
import starts_layers  # noqa: F401
import starts_libraries  # noqa: F401
import starts_paths  # noqa: F401
import starts_platforms  # noqa: F401
import starts_programs  # noqa: F401
import starts_scripts  # noqa: F401
import starts_users  # noqa: F401
import windows  # noqa: F401
from archive import Image
from case import CASES, sample


def main():
    parser = argparse.ArgumentParser(prog="make-start-corpus")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--sample", action="store_true")
    arguments = parser.parse_args()
    debian.place = arguments.directory.resolve()
    debian.place.mkdir(parents=True, exist_ok=True)
    (debian.place / "programs").mkdir(exist_ok=True)
    for old in debian.place.glob("*.tar"):
        old.unlink()

    cases = sorted(CASES, key=lambda case: not case.starts)
    chosen = sample(cases) if arguments.sample else cases
    for case in chosen:
        image = Image(case.name, case.platform)
        case.build(image)
        image.save(debian.place / f"{case.name}.tar")
    facts = {case.name: case.facts() for case in chosen}
    (debian.place / "cases.json").write_text(json.dumps(facts, indent=1) + "\n")
    good = sum(case.starts for case in chosen)
    print(f"{len(chosen)} images: {good} that start, {len(chosen) - good} that fail")


main()

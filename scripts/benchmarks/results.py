"""The measured figures as JSON."""
import json

from .command import Case, Command

CASE = ("name", "title", "short", "limit")
COMMAND = ("name", "yardstick", "beside", "blobs", "carried", "sized", "size", "note", "runs", "error")


def write(path, cases, about):
    """`about` has the circumstances: machine, versions, and whether the run was quick."""
    content = {**about, "cases": [
        {**{key: getattr(case, key) for key in CASE},
         "commands": [{key: getattr(command, key) for key in COMMAND} for command in case.commands]} for case in cases]}
    with open(path, "w", encoding="utf-8") as out:
        json.dump(content, out, indent=1, ensure_ascii=False)
        out.write("\n")


def read(path):
    """The cases, and the circumstances."""
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    cases = [Case(inputs=[], commands=[Command(run=[], **command) for command in case.pop("commands")], **case)
             for case in content.pop("cases")]
    return cases, content

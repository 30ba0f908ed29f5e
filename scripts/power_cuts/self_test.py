"""A sound record, and records of broken commands, which must give a defect."""
import os
import tempfile

from fault_injection import tree
from fault_injection.commands import Command

from .check import Check
from .record import Record

CONTENT = b"new content"
TRIALS = {"a file that is flushed": CONTENT,
          "a file that is never flushed": None,
          "a file that is written again after its flush": CONTENT[:3]}


def steps(kept, file, folder, flushed):
    """The steps of a command that makes `result` and flushes the bytes `flushed` of it."""
    yield "file", file
    if flushed is not None:
        with open(os.path.join(kept, "1"), "wb") as copy:
            copy.write(flushed)
        yield "flushed", file, "1"
    yield "names", folder, f"result={file}"
    yield "flushed", folder


def defects(flushed):
    with tempfile.TemporaryDirectory(prefix="power-self-") as folder:
        place, kept = os.path.join(folder, "place"), os.path.join(folder, "record")
        for path in (place, kept):
            os.mkdir(path)
        record = Record(place, kept)
        path = os.path.join(place, "result")
        with open(path, "wb") as file:
            file.write(CONTENT)
        record.steps = list(steps(kept, str(os.stat(path).st_ino), str(os.stat(place).st_ino), flushed))
        check = Check(None, Command("self-test", ""), record, tree.read(place))
        check.run()
        return check.defects


def run():
    """Raises an error if the check judges one of the records wrongly."""
    for text, flushed in TRIALS.items():
        if (flushed == CONTENT) != (not defects(flushed)):
            raise RuntimeError(f"the check judges {text} wrongly")

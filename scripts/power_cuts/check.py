"""The checks of one record."""
import os
import shutil
import subprocess

from benchmarks.command import OCIMERGE
from fault_injection import tree as trees

from .record import Cut


def is_hidden(path):
    return ".ocimerge-" in path


def contents(tree):
    """A tree as `Disk.tree` gives it: bytes of files, None for directories, and nothing of links."""
    return {path: b"" if isinstance(content, str) else content for path, (_, content) in tree.items()}


class Check:
    """Collects `defects` of a command. `record` is that of its run, `result` the tree that the run left."""

    def __init__(self, setting, command, record, result):
        self.setting, self.command, self.record = setting, command, record
        self.new = self.visible(contents(result))
        self.cuts, self.defects = 0, []
        self.seen = set()

    def run(self):
        """Cuts the power after each step."""
        self.old = self.visible(self.record.first.tree())
        cut = Cut(self.record)
        steps = list(enumerate(self.record.steps))
        while steps:
            number, step = steps.pop(0)
            if step[0] in ("rename", "link"):
                (_, one), (_, other) = steps.pop(0), steps.pop(0)
                self.check_flushed(step, cut, other)
                cut.rename(one, other)
            elif not cut.step(*step):
                continue
            for text, disk in cut.disks():
                self.judge(f"after step {number} ({' '.join(step)[:100]}), {text}", disk)
        if not self.is_new(self.visible(cut.certain.tree())):
            self.defects.append("the command has ended, and the new destination is not certain")

    def check_flushed(self, step, cut, names):
        """A file that gets a visible name has its bytes on the disk."""
        if is_hidden(step[2]):
            return
        for number, is_directory in cut.entries(names):
            if not is_directory and number not in cut.certain.bytes:
                self.defects.append(f"{step[2]} gets its name before its bytes are flushed")

    @staticmethod
    def visible(tree):
        return {path: content for path, content in tree.items() if not is_hidden(path)}

    def judge(self, text, disk):
        tree = disk.tree()
        key = hash(frozenset((path, content) for path, content in tree.items()))
        if key in self.seen:
            return
        self.seen.add(key)
        self.cuts += 1
        shown = self.visible(tree)
        if self.is_old(shown) or self.is_new(shown):
            return
        if self.command.settles and self.settles(disk):
            return
        wanted = self.new if len(self.differing(shown, self.new)) < len(self.differing(shown, self.old)) else self.old
        self.defects.append(f"{text}: neither old nor new: {', '.join(self.differing(shown, wanted)[:5])}")

    @staticmethod
    def differing(one, other):
        return [path for path in sorted({*one, *other}) if one.get(path, 0) != other.get(path, 0)]

    def is_old(self, tree):
        return self.matches(tree, self.old, self.new)

    def is_new(self, tree):
        return self.matches(tree, self.new, self.old)

    def matches(self, tree, wanted, other):
        """Whether `tree` is `wanted`. A layout may have blobs of `other`, too, which gc removes."""
        if self.command.begins and not any(path.startswith(self.command.begins + "/") for path in tree):
            tree = {path: content for path, content in tree.items() if path != self.command.begins}
        return all(tree.get(path, 0) == content for path, content in wanted.items()) and all(
            path in wanted or self.command.blobs and "/blobs/" in path and content == other.get(path, 0)
            for path, content in tree.items())

    def settles(self, disk):
        """Whether the next run of the command completes a set of volumes."""
        place = os.path.join(self.setting.folder, "settled")
        shutil.rmtree(place, ignore_errors=True)
        os.mkdir(place)
        disk.write(place)
        run = subprocess.run([OCIMERGE, *self.command.line.split()], cwd=place, env=self.setting.environment(place),
                             stdin=subprocess.DEVNULL, capture_output=True)
        return run.returncode == 0 and contents(trees.read(place)) == self.new

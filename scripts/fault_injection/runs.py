"""Runs commands in directories of their own, and records what they leave."""
import contextlib
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass

from benchmarks.command import OCIMERGE
from benchmarks.registry import KINDS

from . import inputs, tree
from .commands import GIVEN

PATIENCE = 60  # seconds for one run


@dataclass
class Outcome:
    """What a run did. `status` is None if the run did not end, and negative after a signal."""

    status: int
    stdout: str
    stderr: str
    tree: dict
    tag: bytes       # the document that the tag of the command names
    happened: bool   # whether the fault happened
    counts: dict

    def result(self):
        return self.status, self.stdout, self.tree, self.tag


class Setting:
    """The inputs, and for each command the directory in which it begins."""

    def __init__(self, folder, shim, host):
        self.folder, self.shim, self.host = folder, shim, host
        self.inputs = os.path.join(folder, "inputs")
        self.templates = os.path.join(folder, "templates")
        for path in (self.inputs, self.templates, os.path.join(folder, "home")):
            os.mkdir(path)
        self.names = inputs.make(self.inputs)
        for line in GIVEN if host else []:
            self.make(line, self.inputs, "")

    def arguments(self, line, repository):
        return line.replace("HOST/REPO", f"{self.host}/{repository}").replace("HOST", self.host or "").split()

    def environment(self, place):
        """No variable of the caller has an effect, and temporary files are seen."""
        return {"PATH": os.environ["PATH"], "HOME": os.path.join(self.folder, "home"), "TMPDIR": place,
                "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "0", "OCIMERGE_PROGRESS": "none"}

    def make(self, line, place, repository):
        """A run that must succeed."""
        run = subprocess.run([OCIMERGE, *self.arguments(line, repository)], cwd=place, env=self.environment(place),
                             stdin=subprocess.DEVNULL, capture_output=True)
        if run.returncode:
            raise RuntimeError(f"ocimerge {line} ended with {run.returncode}: {run.stderr.decode()}")

    def prepare(self, command):
        """Makes the directory in which the command begins."""
        place = self.template(command)
        os.mkdir(place)
        lines = " ".join([command.line, *command.before, *command.pushed, command.input or ""])
        for name in self.names:
            path = os.path.join(self.inputs, name)
            if "images.txt" in lines or name in lines:
                (shutil.copytree if os.path.isdir(path) else shutil.copy)(path, os.path.join(place, name), **(
                    {"symlinks": True} if os.path.isdir(path) else {}))
        for line in command.before:
            self.make(line, place, "")

    def template(self, command):
        return os.path.join(self.templates, command.name.replace(" ", "-").replace("/", "-"))

    @contextlib.contextmanager
    def place(self, command):
        """A copy of the directory, and a repository that no other run uses."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="run-") as above:
            place = os.path.join(above, "work")
            shutil.copytree(self.template(command), place, symlinks=True)
            repository = f"run/{uuid.uuid4().hex}"
            for line in command.pushed:
                self.make(line, place, repository)
            yield Place(self, command, place, repository, os.path.join(above, "counts"))


@dataclass
class Place:
    setting: Setting
    command: object
    path: str
    repository: str
    counts: str

    def run(self, fault=None, line=None, more=None):
        """Runs the command, or `line` in its place. `more` are further variables of the environment."""
        setting, command = self.setting, self.command
        environment = setting.environment(self.path) | setting.shim.environment(self.counts)
        environment |= fault.environment() if fault else more or {}
        options = {"input": b""}
        if command.input and line is None:
            with open(os.path.join(self.path, command.input), "rb") as file:
                options = {"input": file.read()}
            if not command.piped:
                options = {"stdin": open(os.path.join(self.path, command.input), "rb")}
        try:
            run = subprocess.run([OCIMERGE, *setting.arguments(line or command.line, self.repository)], cwd=self.path,
                                 env=environment, capture_output=True, timeout=PATIENCE, **options)
            status, texts = run.returncode, (run.stdout, run.stderr)
        except subprocess.TimeoutExpired as late:
            status, texts = None, (late.stdout or b"", late.stderr or b"")
        finally:
            if "stdin" in options:
                options["stdin"].close()
        out, errors = (text.decode(errors="surrogateescape").replace(self.repository, "REPO") for text in texts)
        counts, happened = setting.shim.read(self.counts)
        return Outcome(status, out, errors, tree.read(self.path), self.tag(), happened, counts)

    def tag(self):
        """The document of the tag that the command writes; None if there is no such tag."""
        if not self.command.tag:
            return None
        url = f"http://{self.setting.host}/v2/{self.repository}/manifests/{self.command.tag}"
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": KINDS})) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return None

"""Jobs as processes that keep no state of their own, and their kills."""
import collections
import concurrent.futures
import statistics
import subprocess
import tempfile
import threading
import time

from benchmarks.command import OCIMERGE

from .wrong import Wrong

SHARE = 3      # one of so many jobs is killed
PATIENCE = 40  # seconds for one run of a job


class Job:
    """A command, the digest that it must print, and the moments of its kills as fractions of a usual run."""

    def __init__(self, kind, arguments, digest):
        self.kind, self.arguments, self.digest, self.kills = kind, arguments, digest, []

    def __str__(self):
        return "ocimerge " + " ".join(self.arguments)


def plan_kills(jobs, pick):
    """Chooses a third of the jobs, and one or two kills for each of them."""
    for job in pick.sample(jobs, -(-len(jobs) // SHARE)):
        job.kills = [pick.random() for _ in range(pick.randint(1, 2))]


class Farm:
    """Runs jobs and counts them. `usual` is the seconds of a usual run of each kind."""

    def __init__(self, work):
        self.work, self.usual = work, {}
        self.counts = collections.Counter()
        self.lock = threading.Lock()

    def attempt(self, job, kill=None):
        """Runs the command once, and kills it after `kill` seconds.

        Returns the seconds that it took, or None if it was killed.
        """
        start = time.monotonic()
        with tempfile.TemporaryDirectory(dir=self.work, prefix="home-") as home:
            process = subprocess.Popen([OCIMERGE, *job.arguments], env={"HOME": home, "LC_ALL": "C.UTF-8"}, cwd=home,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                out, errors = process.communicate(timeout=PATIENCE if kill is None else kill)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                if kill is None:
                    raise Wrong(f"no end within {PATIENCE} s: {job}") from None
                self.count("kills")
                return None
        if process.returncode or out.decode() != job.digest + "\n":
            raise Wrong(f"{job} ended with {process.returncode} and printed {out.decode()!r} instead of {job.digest}: "
                        + errors.decode())
        return time.monotonic() - start

    def measure(self, jobs, width):
        """Runs jobs of one kind, `width` at once; the mean of their seconds is that of a usual run."""
        with concurrent.futures.ThreadPoolExecutor(width) as pool:
            self.usual[jobs[0].kind] = statistics.mean(pool.map(self.attempt, jobs))

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def run(self, job):
        """Runs a job until it has ended by itself after all of its kills."""
        self.count("jobs")
        for fraction in job.kills:
            moment = fraction * self.usual[job.kind]
            while (seconds := self.attempt(job, moment)) is not None:
                # The job ended before the kill. It runs again, as after a lost result, and is killed earlier.
                self.count("lost")
                fraction *= 0.8
                moment = fraction * seconds
        self.attempt(job)

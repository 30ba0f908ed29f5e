"""Measures commands as whole processes."""
import os
import subprocess
import sys
import tempfile

SLOW = 8.0  # seconds: a command that takes longer runs twice only
METHOD = (
    "Every command is measured as a whole process, everything it starts included: wall time, CPU time (user and "
    "system) and peak memory as the kernel reports them (of several processes: that of the largest; 5 MB is the least that shows). "
    "The input is in the page cache. One run to warm up, then the commands of a case take turns; shown are medians, "
    f"with minimum and maximum. A command that takes over {SLOW:.0f} s runs twice. Results are written to the disk that "
    "holds the input; between runs they are put away and the disk is synced. Registries are on loopback, and share the "
    "cores; their own time is part of the wall time only. MB = 10^6 bytes.")

# Runs argv[3:] and writes wall, CPU, peak memory and status to argv[1]. It is a separate process, because the peak
# memory of a child is at least that of its parent. "spawn" starts faster, "fork" has a lower minimum of memory.
LAUNCHER = """
import os, sys, time
report, method, command = sys.argv[1], sys.argv[2], sys.argv[3:]
start = time.perf_counter()
child = os.posix_spawnp(command[0], command, os.environ) if method == "spawn" else os.fork()
if child == 0:
    os.execvp(command[0], command)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
with open(report, "w") as out:
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, os.waitstatus_to_exitcode(status), file=out)
"""


def cached(path):
    """Reads a file or a directory into the page cache."""
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names] or [path]
    for path in paths:
        with open(path, "rb") as data:
            all(iter(lambda: data.read(1 << 20), b""))


class Runner:
    """Runs the commands of cases below a directory."""

    def __init__(self, place, quick):
        self.place, self.quick = place, quick

    def measure(self, case):
        """Fills the runs or the error of each command."""
        case.setting.start(self.place)
        try:
            self.take_turns(case)
        finally:
            case.setting.end()

    def take_turns(self, case):
        runs = (10 if self.quick else 50) if case.short else (2 if self.quick else 5)
        warm = {}
        for turn in range(runs + 1):
            for command in case.commands:
                if command.error or (turn > 2 and warm[command.name]["wall"] > SLOW):
                    continue
                figures = self.run_once(case, command, "spawn" if case.short and turn else "fork")
                if turn == 0:
                    warm[command.name] = figures
                elif figures:
                    if case.short:  # "spawn" reports too much memory for a small process
                        figures["memory"] = warm[command.name]["memory"]
                    command.runs.append(figures)
        for command in case.commands:
            if command.error:
                command.error, command.runs = command.error.replace(self.place + "/", "").replace(os.path.dirname(self.place) + "/", ""), []

    def run_once(self, case, command, method):
        """Runs a command in an empty directory: wall, CPU and peak memory, or None and command.error."""
        here = os.path.join(self.place, "run")
        os.mkdir(here)
        report, output, errors = (os.path.join(self.place, name) for name in ("report", "output", "errors"))
        values = case.setting.before(command, here)
        with open(output, "wb") as out, open(errors, "wb") as err:
            launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, report, method]
            subprocess.run([*launcher, *command.arguments(values)], check=True, cwd=here, env=dict(os.environ, TMPDIR=self.place),
                           stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        case.setting.after(command)
        wall, cpu, memory, status = map(float, open(report).read().split())
        if status != 0:
            command.error = f"failed, exit {status:.0f}: " + open(errors, errors="replace").read().strip().split("\n")[-1]
        elif command.makes and not os.path.exists(os.path.join(here, command.makes)):
            command.error = f"failed, did not write {command.makes}"
        elif command.says and command.says not in open(output, errors="replace").read():
            command.error = f"failed, did not print {command.says}"
        for line in open(output, errors="replace") if command.quotes else []:
            if line.startswith(command.quotes):
                command.note = "; ".join(filter(None, [command.note, line.strip()]))
        if command.carries and not command.error:
            command.carried = os.path.getsize(os.path.join(here, command.carries))
        elif command.sized and not command.error:
            command.size = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(here) for name in names)
        self.put_away(here)
        return None if command.error else {"wall": wall, "cpu": cpu, "memory": memory}

    def put_away(self, here):
        """Removes large files now and small ones at the end, because ext4 is slow for seconds afterwards."""
        for path in (paths := [os.path.join(folder, name) for folder, _, names in os.walk(here) for name in names]):
            if os.path.getsize(path) > 10**6:
                os.unlink(path)
        os.rename(here, tempfile.mkdtemp(dir=self.place))
        if paths:
            subprocess.run(["sync", "-f", self.place], check=True)  # other disks may be busy

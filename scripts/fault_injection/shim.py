"""The library that is preloaded into the binary: its compilation, its settings and its counts."""
import glob
import os
import re
import struct
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "../../Tests/FaultShim")
SLOTS = 64  # numbers in a file of counts; the last one says whether the fault happened


class Shim:
    """Compiles the library into `folder`. `calls` are the names of the calls that it counts."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "libFaultShim.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-fno-builtin", "-o", self.path,
                        *sorted(glob.glob(os.path.join(SOURCES, "*.c"))), "-ldl"], check=True)
        with open(os.path.join(SOURCES, "Shim.h")) as header:
            self.calls = re.findall(r"\bX\((\w+)\)", header.read().split("#define CALLS(X)")[1])

    def environment(self, counts):
        """The variables of a run. `counts` is the path of a file that `read` reads afterwards."""
        with open(counts, "wb") as file:
            file.write(bytes(8 * SLOTS))
        return {"LD_PRELOAD": self.path, "FAULT_COUNTS": counts, "FAULT_NO_SYNC": "1"}

    def read(self, counts):
        """How often each call was made, and whether the fault happened."""
        with open(counts, "rb") as file:
            numbers = struct.unpack(f"{SLOTS}q", file.read())
        return dict(zip(self.calls, numbers)), bool(numbers[-1])

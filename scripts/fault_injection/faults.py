"""Which calls fail, and how."""
import errno
import os
from dataclasses import dataclass

# What a call may report, by the manual pages. "short" moves half of the bytes, and "kill" ends the process.
#
# EINTR is only in the lists of calls that are repeated after it. After an interrupted close the descriptor is released,
# and the file system has not said whether it has the bytes. rename, mkdir, link and unlink do not report EINTR.
ERRORS = {
    "read": ["EIO", "EINTR", "short"],
    "pread": ["EIO", "EINTR", "short"],
    "open": ["EIO", "EMFILE", "EINTR"],
    "stat": ["EIO", "EINTR"],
    "write": ["EIO", "ENOSPC", "EINTR", "short", "ENOSPC+", "kill"],
    "close": ["EIO", "ENOSPC"],
    "sync": ["EIO", "EINTR", "kill"],
    "rename": ["EIO", "ENOSPC", "kill"],
    "mkdir": ["EIO", "ENOSPC", "kill"],
    "unlink": ["EIO", "kill"],
    "truncate": ["EIO", "ENOSPC", "EINTR"],
    "link": ["EIO", "ENOSPC", "EPERM", "kill"],
    "list": ["EIO"],
    "copy": ["EIO", "ENOSPC", "EINTR", "EXDEV", "short"],
    "thread": ["EAGAIN", "EAGAIN+"],
    "memory": ["ENOMEM"],
    "map": ["ENOMEM"],
    "lock": ["EINTR", "ENOLCK+"],
    "owner": ["EIO"],
    "pipe": ["EMFILE"],
}

# The result is the usual one: the call is repeated, or replaced on a file system without hard links, locks or copies
# within it. Work is done by fewer threads.
UNSEEN = {"EINTR", "short"}
REPLACED = {("link", "EPERM"), ("copy", "EXDEV"), ("lock", "ENOLCK+"), ("thread", "EAGAIN"), ("thread", "EAGAIN+")}


@dataclass(frozen=True)
class Fault:
    """The call `call` fails, for the `number`th time that it is made, with `error`. With "+" all later ones do, too."""

    call: str
    error: str
    number: int

    def __str__(self):
        return f"--call {self.call} --number {self.number} --error {self.error}"

    @property
    def is_unseen(self):
        return self.error in UNSEEN or (self.call, self.error) in REPLACED

    @property
    def may_end_process(self):
        return self.error == "kill" or self.call in ("memory", "map")

    @property
    def cause(self):
        """The system's text for the error."""
        return os.strerror(getattr(errno, self.error.rstrip("+"), 0))

    def environment(self):
        found = {"FAULT_CALL": self.call, "FAULT_NUMBER": str(self.number)}
        if self.error == "short":
            found["FAULT_SHORT"] = "1"
        else:
            code = 0 if self.error == "kill" else getattr(errno, self.error.rstrip("+"))
            found["FAULT_ERROR"] = str(code)
        if self.error.endswith("+"):
            found["FAULT_LASTS"] = "1"
        return found

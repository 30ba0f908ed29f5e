"""Whether a run with a fault did what is promised."""
import json

from . import tree

COMPLETE = ["the result is complete", "the result is in its place", "the names are removed"]
WARNING = "ocimerge: warning: "
KEPT = "ocimerge: kept "  # what a failed pull keeps, and how to go on


def is_error(line):
    return line.startswith("ocimerge: ") and not line.startswith((WARNING, KEPT))


def is_json(content):
    try:
        json.loads(content)
        return True
    except ValueError:
        return False


class Verdict:
    """Collects what is wrong with a run. `before` is what was there, `usual` the outcome without a fault."""

    def __init__(self, command, fault, before, usual, found):
        self.command, self.fault = command, fault
        self.before, self.usual, self.found = before, usual, found
        self.defects = []
        self.usual_lines = set(usual.stderr.splitlines())
        self.lines = [line for line in found.stderr.splitlines() if line not in self.usual_lines]
        self.is_usual = found.result() == usual.result()

    def judge(self):
        """Fills `defects`."""
        if self.found.status is None:
            self.add("the run did not end")
        elif "Fatal error" in self.found.stderr:
            self.add("the run ended with a fatal error")
        elif not self.found.happened or self.fault.is_unseen:
            self.require_usual()
        elif self.is_usual and not (self.usual.status == 1 and any(map(is_error, self.lines))):
            self.require_warnings()
        elif self.found.status < 0:
            self.judge_end()
        elif self.found.status == 0 or self.is_refused_as_usual():
            self.judge_success()
        elif self.found.status == 1:
            self.judge_failure()
        elif self.found.status == 2 and self.fault.call == "memory" and self.is_old():
            pass  # Without memory for its arguments, the Swift runtime passes none.
        else:
            self.add(f"exit status {self.found.status}")

    def add(self, text):
        self.defects.append(text)

    def is_refused_as_usual(self):
        """Whether the command fails without a fault, too, and with the same error."""
        return (self.found.status == self.usual.status and self.found.stdout == self.usual.stdout
                and self.usual_lines <= set(self.found.stderr.splitlines()) and not any(map(is_error, self.lines)))

    def require_usual(self):
        """The fault has no effect."""
        optional = self.command.optional
        if optional and optional in self.found.stderr:
            self.judge_success()
        elif not self.is_usual:
            self.add("the result or the output is another one")
        elif self.lines:
            self.add("there are other lines on standard error")

    def require_warnings(self):
        """Only warnings say that something went wrong."""
        if not all(line.startswith(WARNING) for line in self.lines):
            self.add("the result is the usual one, with an error")

    def judge_end(self):
        if not self.fault.may_end_process:
            self.add(f"signal {-self.found.status}")
        elif not (self.is_old(with_rest=True) or self.is_new(with_rest=True) or self.command.settles):
            self.add("after a signal the destination is neither old nor complete")

    def judge_success(self):
        self.require_warnings()
        optional = self.command.optional
        if self.found.stdout != self.usual.stdout and not (optional and optional in self.found.stderr):
            self.add("exit 0 with other output")
        if not self.is_new(named_blobs=True):
            self.add("exit 0 with another result")
        self.require_named_leftovers()

    def judge_failure(self):
        errors = [line for line in self.lines if is_error(line)]
        if not self.states_cause(errors):
            self.add("the cause is not stated")
        if len(errors) != 1 and not self.command.reports:
            self.add(f"{len(errors)} lines with an error")
        if not all(line.startswith("ocimerge: ") for line in self.lines):
            self.add("a line on standard error is no message")
        if self.command.records:
            self.require_whole(self.command.records)
        elif self.is_new(with_rest=True) and not self.is_old():
            if not self.command.removes and not any(text in line for text in COMPLETE for line in errors):
                self.add("the result is complete, and the error does not say so")
        elif not self.is_old():
            self.add("after an error the destination is neither old nor complete")
        elif self.found.stdout and not (self.command.streams or self.command.reports or self.said_elsewhere(errors)):
            self.add("an error with output")
        self.require_named_leftovers()

    def require_whole(self, path):
        """The JSON file or the page is absent, old or complete."""
        if path not in self.found.tree:
            if path in self.before.tree:
                self.add(f"{path} is lost")
            return
        content = self.found.tree[path][1]
        if path.endswith(".html"):
            is_whole = content.startswith(b"<!DOCTYPE html>") and content.endswith(b"</html>\n")
        else:
            is_whole = is_json(content)
        if not is_whole:
            self.add(f"{path} is not complete")

    def said_elsewhere(self, errors):
        """Whether the error is about the output itself."""
        return any("standard output" in line for line in errors)

    def states_cause(self, errors):
        text = "\n".join(errors) + (self.found.stdout if self.command.reports else "")
        # A library that gets no memory may only say that it failed.
        return self.fault.cause in text or (self.fault.call == "memory" and text)

    def is_old(self, **leniency):
        return self.found.tag == self.before.tag and self.matches(self.before.tree, self.usual.tree, **leniency)

    def is_new(self, **leniency):
        return self.found.tag == self.usual.tag and self.matches(self.usual.tree, self.before.tree, **leniency)

    def matches(self, wanted, other, with_rest=False, named_blobs=False):
        """Whether the tree is `wanted`.

        A layout may have blobs of `other`, too: all of them, or those that a warning names. With all of them, the file
        beside the result may be absent.
        """
        found, wanted = tree.visible(self.found.tree), tree.visible(wanted)
        if with_rest and self.command.beside not in found:
            wanted.pop(self.command.beside, None)
        begins = self.command.begins
        if with_rest and begins and f"{begins}/index.json" not in found:
            found = {path: entry for path, entry in found.items() if not f"{path}/".startswith(f"{begins}/")}
        extra = tree.visible(other)
        if named_blobs:
            extra = [path for path in extra if path in self.found.stderr]
        if self.command.blobs and (with_rest or named_blobs):
            return tree.has_all(found, wanted, extra)
        return found == wanted

    def require_named_leftovers(self):
        """A name that stays beside the destination is named, as one that cannot be removed."""
        for path in tree.hidden(self.found.tree) - tree.hidden(self.usual.tree):
            if tree.is_partial(path) and self.command.partial:
                continue
            if self.command.empties and not any(other.startswith(path + "/") for other in self.found.tree):
                continue
            if path not in self.found.stderr:
                self.add(f"{path} is left behind")

    @property
    def leaves_more(self):
        """Whether the next run must remove something."""
        return self.fault.may_end_process and self.found.status is not None and self.found.status < 0

    def judge_next(self, again):
        """`again` is the outcome of the next run."""
        left = [path for path in tree.hidden(again.tree) if not (tree.is_partial(path) and again.status)]
        if left:
            self.add(f"the next run leaves {', '.join(left)} behind")
        if again.status == 1 and self.is_new(with_rest=True):
            # The result is there already, and is not replaced.
            if tree.visible(again.tree) != tree.visible(self.found.tree):
                self.add("the next run fails and changes something")
            return
        following = Verdict(self.command, self.fault, self.before, self.usual, again)
        if again.status != 0:
            self.add(f"the next run ends with {again.status}: {again.stderr}")
        elif not self.command.again and not following.is_new(with_rest=True):
            self.add("the result of the next run is another one")

"""What a command did to files, and what a power cut leaves of it."""
import os
import stat


class Disk:
    """The files that survive: names of directories and bytes of files, by their inodes."""

    def __init__(self):
        self.names, self.bytes, self.root = {}, {}, None

    def copy(self):
        disk = Disk()
        disk.names, disk.bytes, disk.root = dict(self.names), dict(self.bytes), self.root
        return disk

    def tree(self):
        """The content of every path below the root. A file that was never flushed is empty."""
        found, waiting = {}, [("", self.root)]
        while waiting:
            path, number = waiting.pop()
            for name, (child, is_directory) in self.names.get(number, {}).items():
                below = os.path.join(path, name)
                found[below] = None if is_directory else self.bytes.get(child, b"")
                if is_directory:
                    waiting.append((below, child))
        return found

    def write(self, place):
        """Makes the files below `place`. A file with two names gets both."""
        made, waiting = {}, [(place, self.root)]
        while waiting:
            folder, number = waiting.pop()
            for name, (child, is_directory) in self.names.get(number, {}).items():
                path = os.path.join(folder, name)
                if is_directory:
                    os.mkdir(path)
                    waiting.append((path, child))
                elif child in made:
                    os.link(made[child], path)
                else:
                    made[child] = path
                    with open(path, "wb") as file:
                        file.write(self.bytes.get(child, b""))


class Record:
    """The steps of one run in the directory `place`. `steps` are pairs of a text and what the step changes."""

    def __init__(self, place, folder):
        self.folder, self.first, self.steps = folder, Disk(), []
        self.first.root = os.stat(place).st_ino
        self._scan(place)

    def _scan(self, folder):
        """Everything that is there before the run has survived."""
        names = self.first.names[os.stat(folder).st_ino] = {}
        for entry in os.scandir(folder):
            status = entry.stat(follow_symlinks=False)
            names[entry.name] = (status.st_ino, stat.S_ISDIR(status.st_mode))
            if stat.S_ISDIR(status.st_mode):
                self._scan(entry.path)
            elif stat.S_ISREG(status.st_mode):
                with open(entry.path, "rb") as file:
                    self.first.bytes[status.st_ino] = file.read()

    def read(self):
        """Reads what the library wrote."""
        with open(os.path.join(self.folder, "steps")) as file:
            self.steps = [tuple(line.rstrip("\n").split("\t")) for line in file]

    def flushed(self, number):
        with open(os.path.join(self.folder, number), "rb") as file:
            return file.read()


class Cut:
    """The state after a number of steps: what is certain, and the names that may have survived beside it."""

    def __init__(self, record):
        self.record, self.certain, self.names = record, record.first.copy(), dict(record.first.names)
        self.renames = []  # sets of directories between which a file was moved since their last flush

    def step(self, verb, *words):
        """Applies a step. Whether it changes what a cut leaves."""
        if verb == "names":
            self.names[int(words[0])] = dict(map(self._entry, words[1:]))
        elif verb == "file" and not self._is_known(int(words[0])):
            self.certain.bytes.pop(int(words[0]), None)
        elif verb == "directory":
            self.names[int(words[0])] = {}
            self.certain.names[int(words[0])] = {}
        elif verb == "flushed" and len(words) == 2:
            self.certain.bytes[int(words[0])] = self.record.flushed(words[1])
        elif verb == "flushed":
            self.certain.names[int(words[0])] = self.names.get(int(words[0]), {})
            for moved in self.renames:
                moved.discard(int(words[0]))
        else:
            return False
        return True

    def entries(self, names):
        """The new entries that a step with the names of a directory brings."""
        before = self.names.get(int(names[1]), {})
        return [entry for name, entry in map(self._entry, names[2:]) if before.get(name) != entry]

    @staticmethod
    def _entry(word):
        name, _, number = word.rpartition("=")
        return name, (int(number.rstrip("/")), number.endswith("/"))

    def _is_known(self, number):
        """Whether a file is reachable, so that it was opened again and is not a new one with an old number."""
        return any(entry == (number, False) for names in self.certain.names.values() for entry in names.values())

    def rename(self, one, other):
        """Applies the new names of two directories between which a file was moved."""
        for names in (one, other):
            self.step(*names)
        self.renames.append({int(one[1]), int(other[1])})

    def unflushed(self):
        """The directories whose names are not certain, in sets that survive together."""
        found = [{number} for number, names in self.names.items() if self.certain.names.get(number) != names]
        for moved in self.renames:
            touched = [some for some in found if some & moved]
            if len(touched) > 1:
                found = [some for some in found if some not in touched] + [set().union(*touched)]
        return found

    def disks(self):
        """What a cut may leave, with a text for each."""
        yield "only what was flushed", self.certain
        open_ones = self.unflushed()
        if open_ones:
            yield "with all other names", self._with(set().union(*open_ones))
        if len(open_ones) > 1:
            for some in open_ones:
                text = " and ".join(map(str, some))
                yield f"with the names of directory {text}", self._with(some)
                yield f"without the names of directory {text}", self._with(set().union(*open_ones) - some)

    def _with(self, numbers):
        disk = self.certain.copy()
        for number in numbers:
            disk.names[number] = self.names[number]
        return disk

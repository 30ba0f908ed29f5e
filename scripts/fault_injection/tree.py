"""The content of a directory, and its comparison."""
import os
import stat


def read(folder):
    """The mode and the content of everything below `folder`, by path."""
    found = {}
    waiting = [""]
    while waiting:
        below = waiting.pop()
        for entry in os.scandir(os.path.join(folder, below)):
            path = os.path.join(below, entry.name)
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                waiting.append(path)
                content = None
            elif stat.S_ISLNK(mode):
                content = os.readlink(entry.path)
            else:
                with open(entry.path, "rb") as file:
                    content = file.read()
            found[path] = (mode, content)
    return found


def is_hidden(path):
    return ".ocimerge-" in path


def is_partial(path):
    return ".ocimerge-partial" in path


def visible(tree):
    return {path: entry for path, entry in tree.items() if not is_hidden(path)}


def hidden(tree):
    """The topmost hidden names."""
    return {path for path in tree if is_hidden(os.path.basename(path)) and not is_hidden(os.path.dirname(path))}


def has_all(tree, wanted, extra):
    """Whether `tree` has all of `wanted`, and beyond it only blobs of `extra`."""
    return all(tree.get(path) == entry for path, entry in wanted.items()) and all(
        path in wanted or ("/blobs" in path and path in extra) for path in tree)


def difference(one, other):
    """A line for each path that differs."""
    return [f"{path}: {'absent' if path not in other else 'new' if path not in one else 'different'}"
            for path in sorted({*one, *other}) if one.get(path) != other.get(path)]

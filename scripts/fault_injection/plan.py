"""Which faults a run of the script chooses."""
import random

from .faults import ERRORS, Fault

MEMORY = 200  # of the many allocations of a command, at most so many fail, evenly spread
BEYOND = 1    # threads make the counts differ from run to run: so many numbers past the last call are tried


def numbers(call, count):
    if call == "memory" and count > MEMORY:
        step = count / MEMORY
        return sorted({1 + int(index * step) for index in range(MEMORY)})
    return range(1, count + BEYOND + 1)


def groups(counts):
    """For each call that a command makes, its faults."""
    return {call: [Fault(call, error, number) for error in ERRORS[call] for number in numbers(call, count)]
            for call, count in counts.items() if count}


def everything(commands):
    """All cases of `commands`, pairs of a name and counts of calls."""
    return [(name, fault) for name, counts in commands for faults in groups(counts).values() for fault in faults]


def spread(commands, seed):
    """The same in an order of which every beginning is an even sample: each command in turn, and of each its calls.

    A command has an order of its own, so that counts of one do not change the sample of another.
    """
    queues = []
    for name, counts in commands:
        lists = list(groups(counts).values())
        random.Random(f"{seed} {name}").shuffle(lists)
        for faults in lists:
            random.Random(f"{seed} {name} {faults[0].call}").shuffle(faults)
        queues.append((name, lists))
    queues = [(name, lists) for name, lists in queues if lists]
    while queues:
        for name, lists in queues:
            faults = lists.pop(0)
            yield name, faults.pop()
            if faults:
                lists.append(faults)
        queues = [(name, lists) for name, lists in queues if lists]

"""The figures of cases in words: tables for the terminal and in Markdown, and the list of lost comparisons."""
import statistics

HEADS = ["", "wall", "CPU", "peak MB", "wall / ocimerge", "runs"]
MARK = "* is a yardstick: a general tool that does a part of the work, and no peer."


def duration(seconds, milliseconds):
    return f"{seconds * 1000:.1f} ms" if milliseconds else f"{seconds:.2f} s"


def is_brief(case, command):
    """Whether times are shown in milliseconds."""
    return case.short or command.median("wall") < 0.1


def label(command):
    return command.name + (" *" if command.yardstick else "")


def spread(case, command, what):
    """The median, with minimum and maximum."""
    values = [run[what] for run in command.runs]
    scale, unit, digits = (1000, "ms", 1) if is_brief(case, command) else (1, "s", 2)
    low, middle, high = (f"{value(values) * scale:.{digits}f}" for value in (min, statistics.median, max))
    return f"{middle} {unit} ({low}–{high})"


def rows(case):
    for command in case.commands:
        if command.error:
            yield [label(command), command.error, "", "", "", ""]
            continue
        own = case.own(command)
        ratio = f"{command.median('wall') / own.median('wall'):.2f}" if own.runs and command is not own else ""
        yield [label(command), spread(case, command, "wall"), spread(case, command, "cpu"),
               f"{max(run['memory'] for run in command.runs):.0f}", ratio, f"{len(command.runs)}"]


def remarks(case):
    own = case.commands[0]
    limit = [command for command in case.commands if command.name in case.limit]
    if limit and own.runs and len(limit) == len(case.limit) and all(command.runs for command in limit):
        wall, cpu = (own.median(what) / sum(command.median(what) for command in limit) for what in ("wall", "cpu"))
        yield f"{own.name} takes {wall:.2f} × the wall time and {cpu:.2f} × the CPU time of {' + '.join(case.limit)}"
    for command in case.commands:
        if not command.runs:
            continue
        if command.carried:
            yield f"{command.name}: {command.carried / 1e6:,.1f} MB to carry"
        if command.sized:
            yield f"{command.name}: {command.size / 1e6:.1f} MB"
        if command.note:
            yield f"{command.name}: {command.note}"
        if command.blobs:
            wall, cpu = (command.median(what) / command.blobs * 1e6 for what in ("wall", "cpu"))
            each = f"{command.name}: {wall:.0f} µs wall and {cpu:.0f} µs CPU per blob"
            if own.runs and command is not own:
                each += f"; {command.median('wall') / own.median('wall'):.1f} × the time for {command.blobs / own.blobs:.0f} × the blobs"
            yield each


def lost(case):
    """The peers whose median wall time is lower, with the ocimerge command that they are compared with."""
    for command in case.commands:
        own = case.own(command)
        if command.is_peer and command.runs and own.runs and command.median("wall") < own.median("wall"):
            yield command, own


def verdict(cases):
    """The lines that say where ocimerge is not first."""
    lines = []
    for case in cases:
        for peer, own in lost(case):
            both = (f"{command.name} {duration(command.median('wall'), is_brief(case, own))}" for command in (peer, own))
            lines.append(f"{case.name}: {', '.join(both)}")
        lines += [f"{case.name}: {command.name} {command.error}" for command in case.commands if command.is_own and command.error]
    return ["Not first:", *lines] if lines else ["ocimerge is first everywhere"]


def text(case):
    """A table of one case for the terminal."""
    table = [HEADS, *rows(case)]
    widths = [max(len(row[i]) for row in table if i != 1 or row[2]) for i in range(len(HEADS))]
    lines = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in table]
    notes = [f"  {remark}" for remark in remarks(case)]
    return "\n".join(["", f"{case.name}: {case.title}", "", *lines, *([""] if notes else []), *notes])


def markdown(cases, preface):
    """One table of all cases, then remarks and the verdict."""
    def cells(row):
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    lines = [cells(["case", "command", *HEADS[1:]]), cells(["---"] * (len(HEADS) + 1))]
    for case in cases:
        for number, (command, row) in enumerate(zip(case.commands, rows(case))):
            row = [row[0].replace("*", "\\*"), *row[1:]]
            if command is case.commands[0]:
                row = [f"**{cell}**" if cell else "" for cell in row[:3]] + row[3:]
            lines.append(cells([f"**{case.name}**: {case.title}" if number == 0 else "", *row]))
    notes = [f"- {case.name}: {remark}" for case in cases for remark in remarks(case)]
    head, *rest = verdict(cases)
    ending = [head, "", *(f"- {line}" for line in rest)] if rest else [head + "."]
    parts = [*preface, MARK.replace("*", "\\*"), "\n".join(lines), "\n".join(notes), "\n".join(ending)]
    return "\n\n".join(part for part in parts if part) + "\n"

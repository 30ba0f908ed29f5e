"""A plot of cases in SVG: a group of horizontal bars for each case.

A bar is the median wall time, a line on it the minimum and maximum. Each case has its own scale. It is logarithmic if
the slowest command takes over twenty times as long as the fastest.
"""
import math
from xml.sax.saxutils import escape

from .report import duration, is_brief

WIDTH, LEFT, RIGHT = 860, 230, 110  # the bars are between LEFT and WIDTH - RIGHT
ROW, BAR, HEAD, GAP, TOP = 16, 11, 22, 10, 84
SPAN = WIDTH - LEFT - RIGHT
LOGARITHMIC = 20
STYLE = """
svg{color:#1f2328;font:11px system-ui,sans-serif}.b{fill:#fff}
text{fill:currentColor}.t{font-weight:600;font-size:12px}.n{text-anchor:end}.g{opacity:.65}
.o{fill:#c2410c}.p{fill:#5b7ba6}.y{fill:#5b7ba6;opacity:.4}
path{stroke:currentColor;fill:none}.r{opacity:.15}
@media(prefers-color-scheme:dark){svg{color:#e6edf3}.b{fill:#0d1117}.o{fill:#fb923c}.p,.y{fill:#7d9cc6}}
""".strip().replace("\n", "")


def number(value):
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Scale:
    """Maps the seconds of one case to the length of bars."""

    def __init__(self, commands):
        medians = [command.median("wall") for command in commands]
        self.high = max(run["wall"] for command in commands for run in command.runs)
        self.is_logarithmic = max(medians) > LOGARITHMIC * min(medians)
        lowest = min(run["wall"] for command in commands for run in command.runs)
        self.low = 10 ** math.floor(math.log10(lowest)) if self.is_logarithmic else 0

    def length(self, seconds):
        if self.is_logarithmic:
            return math.log(seconds / self.low) / math.log(self.high / self.low) * SPAN
        return seconds / self.high * SPAN

    def decades(self):
        """The powers of ten between the ends of a logarithmic scale."""
        if not self.is_logarithmic:
            return []
        first = round(math.log10(self.low)) + 1
        return [10.0 ** power for power in range(first, math.ceil(math.log10(self.high)))]


def kind(command):
    return "o" if command.is_own else "y" if command.yardstick else "p"


def text(x, y, content, style=""):
    style = f' class="{style}"' if style else ""
    return f'<text{style} x="{number(x)}" y="{number(y)}">{escape(content)}</text>'


def group(case, y):
    """The elements of one case below y, and their height."""
    commands = [command for command in case.commands if command.runs]
    scale = Scale(commands)
    first = y + HEAD
    parts = [text(16, y + 14, f"{case.name}: {case.title}" + (" (logarithmic)" if scale.is_logarithmic else ""), "t")]
    for seconds in scale.decades():
        x = LEFT + scale.length(seconds)
        parts.append(f'<path class="r" d="M{number(x)} {first}v{ROW * len(commands)}"/>')
    for row, command in enumerate(commands):
        top, middle = first + row * ROW, command.median("wall")
        low, high = (scale.length(choose(run["wall"] for run in command.runs)) for choose in (min, max))
        centre = number(top + BAR / 2)
        parts += [
            text(LEFT - 6, top + 9.5, command.name, "n"),
            f'<rect class="{kind(command)}" x="{LEFT}" y="{top}" width="{number(max(scale.length(middle), 1))}" height="{BAR}"/>',
            f'<path d="M{number(LEFT + low)} {centre}h{number(high - low)}"/>',
            text(LEFT + max(high, scale.length(middle)) + 5, top + 9.5, duration(middle, is_brief(case, command))),
        ]
    return parts, HEAD + ROW * len(commands) + GAP


def legend(about):
    parts, x = [text(16, 24, "Wall time of ocimerge and other tools; shorter is better", "t")], 16
    for style, name in (("o", "ocimerge"), ("p", "peer"), ("y", "yardstick: a general tool that does a part of the work")):
        parts += [f'<rect class="{style}" x="{x}" y="34" width="{BAR}" height="{BAR}"/>', text(x + 16, 43.5, name)]
        x += 30 + 7 * len(name)
    parts.append(text(16, 60, "Bars: median; lines: minimum to maximum. Each group has its own scale; vertical lines are powers of ten.", "g"))
    parts.append(text(16, 74, about["machine"] + ("; " + about["note"] if about["note"] else ""), "g"))
    return parts


def plot(cases, about):
    """The SVG. Cases that measured ocimerge alone are left out."""
    parts, y = legend(about), TOP
    for case in cases:
        if any(command.runs and not command.is_own for command in case.commands):
            elements, height = group(case, y)
            parts += elements
            y += height
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" role="img">'
    title = "<title>Wall time of ocimerge and other tools</title>"
    back = f'<rect class="b" width="{WIDTH}" height="{y}"/>'
    return "\n".join([head, title, f"<style>{STYLE}</style>", back, *parts, "</svg>"]) + "\n"

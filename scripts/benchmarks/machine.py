"""The machine and the tools of a measurement, in words."""
import os
import platform
import subprocess


def machine():
    models = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return f"{os.cpu_count()} cores, {(models or [platform.machine()])[0]}, Linux {platform.release()}"


def version(tool):
    """The version of a tool, in one line."""
    name = os.path.basename(tool)
    option = "version" if name in ("openssl", "crane", "regctl", "oras") else "--version"
    try:
        lines = subprocess.run([tool, option], capture_output=True, text=True, check=True).stdout.splitlines()
        return lines[0] if name in lines[0].lower() else f"{name} {' '.join(lines[0].split())}"
    except (OSError, subprocess.CalledProcessError, IndexError):
        return f"{name}: no version"

"""The content of images for measurements. It is the same on every machine."""
import hashlib
import random
import struct
import tarfile

MB = 10**6
BLOCK = 1 << 20
ELF_MACHINE = {"amd64": ("<", 1, 62), "s390x": (">", 2, 22)}  # byte order, EI_DATA, e_machine


def make_text():
    """2 MiB of random words, which compress like prose."""
    pick = random.Random(1)
    letters = "etaoinshrdlucmfwypvbgkqjxz"
    words = ["".join(pick.choices(letters, k=pick.randint(2, 11))) for _ in range(400)]
    return " ".join(pick.choices(words, k=400_000)).encode()[:2 * BLOCK]


TEXT = b""


def content(seed, size):
    """Alternating pseudo-random bytes and text; gzip -1 compresses it to about 40 %."""
    global TEXT
    TEXT = TEXT or make_text()
    noise_length, text_length = 2048, 14336
    piece = noise_length + text_length
    for start in range(0, size, BLOCK):
        count = -(-min(BLOCK, size - start) // piece)
        noise = hashlib.shake_128(f"{seed} {start}".encode()).digest(count * noise_length)
        parts = []
        for i in range(count):
            at = (start // BLOCK * 977 + i * 15013) % (len(TEXT) - text_length)
            parts += [noise[i * noise_length:(i + 1) * noise_length], TEXT[at:at + text_length]]
        yield b"".join(parts)[:min(BLOCK, size - start)]


def elf_header(architecture, segments=0, entry=0):
    order, data, machine = ELF_MACHINE[architecture]
    ident = b"\x7fELF" + bytes([2, data, 1]) + bytes(9)
    tables = [entry, 64 if segments else 0, 0]
    return ident + struct.pack(order + "HHIQQQIHHHHHH", 2, machine, 1, *tables, 0, 64, 56, segments, 64, 0, 0)


def program(architecture):
    """A static program that ends with status 0."""
    order, base, start = ELF_MACHINE[architecture][0], 0x400000, 64 + 56
    code = bytes.fromhex({"amd64": "b83c00000031ff0f05", "s390x": "a72900000a01"}[architecture])
    size = start + len(code)
    segment = struct.pack(order + "IIQQQQQQ", 1, 5, 0, base, base, size, size, 0x1000)
    return elf_header(architecture, 1, base + start) + segment + code


def member(name, size=0, kind=tarfile.REGTYPE, mode=0o644):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.mtime = size, kind, 1704067200
    info.mode = 0o755 if kind == tarfile.DIRTYPE else mode
    return info.tobuf(tarfile.USTAR_FORMAT)


def padding(size):
    return bytes(-size % 512)


class Layer:
    """An uncompressed layer: a tar of files from 100 kB to 30 MB, or one small file.

    app: whether the layer has /usr/bin/app, which the image runs.
    """

    def __init__(self, seed, size, architecture=None, app=False):
        self.seed, self.architecture = seed, architecture
        self.app = AppLayer(architecture).member if app else b""
        pick, self.files = random.Random(seed), []
        size -= len(self.app)
        size = max(size - size % 512 - 1024, 512)
        while size > 0:
            length = min(size - 512, int(10 ** pick.uniform(5, 7.5)))
            if size - 512 - (length + 511) // 512 * 512 < 1024:
                length = size - 512
            self.files.append(length)
            size -= 512 + (length + 511) // 512 * 512
        self.size = len(self.app) + 1024 + sum(512 + (length + 511) // 512 * 512 for length in self.files)

    def chunks(self):
        tag = hashlib.sha256(self.seed.encode()).hexdigest()[:8]
        yield self.app
        for number, length in enumerate(self.files):
            program = self.architecture and number % 8 == 0 and length >= 64
            yield member(f"usr/{'bin' if program else 'share'}/{tag}-{number}", length)
            if program:
                yield elf_header(self.architecture)
                length -= 64
            yield from content(f"{self.seed} {number}", length)
            yield padding(self.files[number])
        yield bytes(1024)


class AppLayer:
    """A layer with the program that the image runs, and nothing else."""

    def __init__(self, architecture):
        data = program(architecture)
        self.seed = f"{architecture} app"
        self.member = member("usr/bin/app", len(data), mode=0o755) + data + padding(len(data))
        self.size = len(self.member) + 1024

    def chunks(self):
        yield self.member + bytes(1024)


class FilesLayer:
    """A layer of many files of 100 bytes, 500 in a directory."""

    def __init__(self, number, count):
        self.seed, self.count = f"files {number}", count
        self.name = f"usr/share/part-{number}"
        self.size = (count + 499) // 500 * 512 + count * 1024 + 1024

    def chunks(self):
        for start in range(0, self.count, 500):
            folder = f"{self.name}/{start // 500}"
            parts = [member(folder, kind=tarfile.DIRTYPE)]
            for number in range(start, min(start + 500, self.count)):
                text = (f"{self.seed} {number} " * 10).encode()[:100]
                parts.append(member(f"{folder}/file-{number}", len(text)) + text + padding(len(text)))
            yield b"".join(parts)
        yield bytes(1024)

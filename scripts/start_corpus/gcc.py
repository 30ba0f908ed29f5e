"""Programs and libraries that gcc makes, with Debian's glibc or musl."""

import subprocess
from functools import cache
from struct import pack_into, unpack_from

import debian
from files import AMD64

SOURCE = '#include <stdio.h>\nint main(void) { puts("ok"); return 0; }\n'
# Writes "ok" and exits by system calls of amd64.
BARE = """void _start(void) {
    const char text[] = "ok\\n";
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(1), "D"(1), "S"(text), "d"(3) : "rcx", "r11", "memory");
    __asm__ volatile("syscall" : "=a"(result) : "a"(60), "D"(0) : "rcx", "r11", "memory");
    __builtin_unreachable();
}
"""
GREET = '#include <stdio.h>\nint greet(void) { puts("ok"); return 0; }\n'
GREETER = "int greet(void);\nint main(void) { return greet(); }\n"
OUTER = "int greet(void);\nint outer(void) { return greet(); }\n"


@cache
def program(*flags, source=SOURCE):
    """What gcc makes of a source, as bytes. Flags may name files of earlier calls (see `kept`)."""
    work = debian.place / "programs"
    work.mkdir(exist_ok=True)
    command = ["gcc", "-O1", "-w", "-x", "c", "-", "-x", "none", "-o", work / "out", *flags]
    subprocess.run(command, input=source.encode(), check=True, cwd=work)
    return (work / "out").read_bytes()


def kept(name, content):
    """Keeps a compiled file, so that later programs link with it, and returns its path."""
    path = debian.place / "programs" / name
    path.write_bytes(content)
    return str(path)


@cache
def musl(*flags, source=SOURCE):
    """A program linked with Debian's musl, which is not installed."""
    at = debian.tree(AMD64) / "usr/lib/x86_64-linux-musl"
    include = debian.tree(AMD64) / "usr/include/x86_64-linux-musl"
    start = [] if "-shared" in flags else [at / "crt1.o", at / "crti.o", at / "crtn.o"]
    common = ["-nostdinc", "-nostdlib", "-fno-stack-protector", "-isystem", include, f"-L{at}", *start]
    loader = "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1"
    return program(*map(str, common), loader, *flags, "-lc", source=source)


def padded(size, source=SOURCE):
    """A source whose program has `size` zero bytes of constants before its dynamic section."""
    return f'__asm__(".section .rodata\\n.zero {size}\\n.text");\n' + source


def far_headers(content, distance):
    """A program of 64 bits whose program headers and loader name are moved to its end, behind `distance` bytes."""
    program = bytearray(content).ljust(distance, b"\0")
    (start,), (count,) = unpack_from("<Q", program, 32), unpack_from("<H", program, 56)  # e_phoff, e_phnum
    headers = program[start : start + 56 * count]
    for place in range(0, len(headers), 56):
        kind, _, offset, _, _, length = unpack_from("<IIQQQQ", headers, place)
        if kind == 3:  # PT_INTERP
            pack_into("<Q", headers, place + 8, len(program))
            program += program[offset : offset + length].ljust(64, b"\0")
    pack_into("<Q", program, 32, len(program))
    return bytes(program + headers)


def patched(content, *flags):
    """A program changed by Debian's patchelf."""
    path = kept("patched", content)
    tool = debian.tree(AMD64) / "usr/bin/patchelf"
    debian.run(tool, *flags, path)
    return (debian.place / "programs/patched").read_bytes()


def greet():
    """A library, libgreet.so.1."""
    return program("-shared", "-fPIC", "-Wl,-soname,libgreet.so.1", source=GREET)


def outer(*flags):
    """A library, libouter.so.1, that needs libgreet.so.1."""
    inner = kept("libgreet.so.1", greet())
    return program("-shared", "-fPIC", "-Wl,-soname,libouter.so.1", inner, *flags, source=OUTER)


def greeter(*flags):
    """A program that needs libgreet.so.1."""
    library = kept("libgreet.so.1", greet())
    return program(library, *flags, source=GREETER)


def outer_user(*flags, library=None):
    """A program that needs libouter.so.1, and through it libgreet.so.1."""
    path = kept("libouter.so.1", library or outer())
    flags = ("-Wl,--allow-shlib-undefined", *flags)
    return program(path, *flags, source="int outer(void);\nint main(void) { return outer(); }\n")


def musl_greet():
    """The library libgreet.so.1 for musl."""
    return musl("-shared", "-fPIC", "-Wl,-soname,libgreet.so.1", source=GREET)


def musl_greeter(*flags):
    """A program for musl that needs libgreet.so.1."""
    library = kept("libgreet-musl.so", musl_greet())
    return musl(library, *flags, source=GREETER)


def stub_libc():
    """The path of a libc.so.6 that defines one symbol of a version that Debian's does not have."""
    versions = kept("versions", b"GLIBC_2.99 { global: later; local: *; };\n")
    flags = ("-shared", "-fPIC", "-nostdlib", "-Wl,-soname,libc.so.6", f"-Wl,--version-script={versions}")
    return kept("libc.so.6", program(*flags, source="int later(void) { return 0; }\n"))


def versioned_greet(version):
    """The library libgreet.so.1 with a version of its symbol."""
    versions = kept(version, f"{version} {{ global: greet; local: *; }};\n".encode())
    flags = ("-shared", "-fPIC", "-Wl,-soname,libgreet.so.1", f"-Wl,--version-script={versions}")
    return program(*flags, source=GREET)


def versioned_greeter(version):
    """A program that needs a version of the symbol of libgreet.so.1."""
    library = kept(f"lib{version}.so", versioned_greet(version))
    return program(library, source=GREETER)

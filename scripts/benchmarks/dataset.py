"""The archives that the cases of scripts/bench need."""
import fnmatch
import os
import sys
from dataclasses import dataclass

from .archives import write_docker_archive, write_gzip_docker_archive, write_oci_archive
from .content import MB, AppLayer, FilesLayer, Layer
from .parallel import in_parallel

ARCHITECTURES = ("amd64", "s390x")
# Layer sizes in MB, lowest layer first. The layer of 8 MB is the same on both platforms.
LAYERS = {
    "amd64": [180, 520, 35, 310, 8, 95, 12, 60],
    "s390x": [165, 480, 30, 290, 8, 90, 12, 55],
}
SHARED = 8
IMAGE_COUNTS = [20, 200, 2000]  # images in both archives together
LAYERS_PER_IMAGE = 10
EVIDENCE_LAYERS = [700, 500, 600, 400, 300]  # in MB before gzip: 1 GB after it
FILE_COUNT = 200_000
FILE_LAYERS = 4
QUICK = 10  # a quick run has this part of the data


@dataclass(frozen=True)
class Dataset:
    """Archives in a directory. Sizes and counts are divided by `part`."""

    directory: str
    part: int = 1

    def path(self, name):
        return os.path.join(self.directory, name)

    def pair(self, name):
        """The names of a file for both platforms."""
        return [name.format(architecture) for architecture in ARCHITECTURES]

    def count(self, number):
        return number // self.part

    def amount(self, megabytes):
        """A size in words."""
        megabytes /= self.part
        return f"{megabytes / 1000:.2f} GB" if megabytes >= 1000 * 0.9 else f"{megabytes:.0f} MB"

    def image_counts(self):
        return [self.count(count) for count in IMAGE_COUNTS]

    def make(self, patterns):
        """Writes the files whose names match, but those that are there. Returns the number of matching names."""
        names = [name for name in self.files() if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
        missing = [(self, name) for name in names if not os.path.exists(self.path(name))]
        os.makedirs(self.directory, exist_ok=True)
        for name in in_parallel(write, missing):
            print("wrote", self.path(name), file=sys.stderr)
        return len(names)

    def files(self):
        """The function that writes each file, with its arguments, by file name; the slowest first."""
        table = {"amd64.tar.gz": (write_gzip_docker_archive, "amd64", [("demo/big", "1.0", self.big_layers("amd64"))])}
        for architecture in ARCHITECTURES:
            layers = self.big_layers(architecture)
            table[f"{architecture}-gz.oci.tar"] = (write_oci_archive, architecture, layers)
            table[f"{architecture}.tar"] = (write_docker_archive, architecture, [("demo/big", "1.0", layers)])
            table[f"one-layer-{architecture}.tar"] = (
                write_docker_archive, architecture, [("demo/one", "1.0", self.one_layer(architecture))])
            for place in ("top", "lowest"):
                table[f"evidence-{place}-{architecture}.oci.tar"] = (
                    write_oci_archive, architecture, self.evidence_layers(architecture, place == "top"))
            table[f"ten-{architecture}.oci.tar"] = (write_oci_archive, architecture, self.ten_layers(architecture))
            for count in self.image_counts():
                table[f"many-{count}-{architecture}.tar"] = (
                    write_docker_archive, architecture, many_images(architecture, count))
        # The image of the next week has another top layer.
        table["amd64-week2.tar"] = (write_docker_archive, "amd64", [
            ("demo/big", "1.0", self.big_layers("amd64")[:-1] + [Layer("amd64 week 2", self.size(61), "amd64", app=True)])])
        table["files.tar"] = (write_docker_archive, "amd64", [("demo/files", "1.0", self.file_layers("amd64"))])
        table["files-gz.oci.tar"] = (write_oci_archive, "amd64", self.file_layers("amd64"))
        table["tiny.tar"] = (write_docker_archive, "amd64", [("demo/tiny", "1.0", [Layer("tiny", 4096)])])
        return table

    def size(self, megabytes):
        return megabytes * MB // self.part

    def big_layers(self, architecture):
        return [Layer("shared", self.size(SHARED)) if size == SHARED else
                Layer(f"{architecture} {index}", self.size(size), architecture, app=index == len(LAYERS[architecture]) - 1)
                for index, size in enumerate(LAYERS[architecture])]

    def evidence_layers(self, architecture, is_on_top):
        """The program of the image is alone in the top layer, or in the lowest."""
        data = [Layer(f"evidence {architecture} {index}", self.size(size)) for index, size in enumerate(EVIDENCE_LAYERS)]
        app = [AppLayer(architecture)]
        return data + app if is_on_top else app + data

    def ten_layers(self, architecture):
        return [Layer(f"ten {architecture} {index}", self.size(10), architecture, app=index == 9) for index in range(10)]

    def file_layers(self, architecture):
        each = self.count(FILE_COUNT) // FILE_LAYERS
        return [*(FilesLayer(number, each) for number in range(FILE_LAYERS)), AppLayer(architecture)]

    def one_layer(self, architecture):
        return [Layer(f"{architecture} small", self.size(10)), Layer(f"{architecture} huge", self.size(1000), architecture)]


def many_images(architecture, count):
    return [(f"demo/app-{i}", "1.0", [Layer(f"{architecture} {i} {j}", 3072 + 512 * (j % 4))
                                      for j in range(LAYERS_PER_IMAGE)]) for i in range(1, count // 2 + 1)]


def write(job):
    dataset, name = job
    function, *arguments = dataset.files()[name]
    path = dataset.path(name)
    with open(path + ".part", "wb", buffering=1 << 18) as out:
        function(out, *arguments)
    os.rename(path + ".part", path)
    return name

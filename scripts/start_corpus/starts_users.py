"""Images whose user, group and file modes decide whether the entrypoint may be executed."""

import files
import gcc
from case import starts


def static(image, mode, uid=0, gid=0, user=""):
    """An image with accounts and one static program."""
    layer = files.accounts(image.layer())
    image.set(Entrypoint=["/run"], User=user)
    return layer.file("run", gcc.program("-static-pie"), mode=mode, uid=uid, gid=gid)


@starts("user", "user by name")
def name(image):
    static(image, 0o755, user="app")


@starts("user", "user by number")
def number(image):
    static(image, 0o755, user="1000")


@starts("user", "user and group by name")
def name_and_group(image):
    static(image, 0o755, user="app:staff")


@starts("user", "user and group by number")
def numbers(image):
    static(image, 0o755, user="1000:1000")


@starts("user", "user by name and group by number that no file names")
def name_and_number(image):
    static(image, 0o755, user="app:4242")


@starts("user", "number that the image's accounts do not name")
def unknown_number(image):
    static(image, 0o755, user="4242")


@starts("user", "root by number in an image without accounts")
def root_without_accounts(image):
    files.hello(image)
    image.set(User="0:0")


@starts("user", "accounts with bad lines before the right one")
def bad_lines(image):
    static(image, 0o755, user="app")
    image.layer().file("etc/passwd", "# comment\n\nbroken\n" + files.PASSWD, mode=0o644)


@starts("user", "accounts that are a link")
def linked_accounts(image):
    layer = image.layer().file("run", gcc.program("-static-pie"))
    layer.link("etc/passwd", "/usr/share/passwd").file("usr/share/passwd", files.PASSWD, mode=0o644)
    image.set(Entrypoint=["/run"], User="app")


@starts("mode", "mode 0111 and another user")
def execute_only(image):
    static(image, 0o111, user="app")


@starts("mode", "setuid program")
def setuid(image):
    static(image, 0o4755, user="app")


@starts("mode", "file that only its owner executes, run by the owner")
def owner(image):
    static(image, 0o700, uid=1000, user="app")


@starts("mode", "file that only its group executes, the user's own group")
def group(image):
    static(image, 0o750, gid=1000, user="app")


@starts("mode", "file that a supplementary group of /etc/group executes")
def supplementary_group(image):
    static(image, 0o750, gid=50, user="app")


@starts("mode", "file that a supplementary group executes, the user given by number")
def supplementary_by_number(image):
    static(image, 0o750, gid=50, user="1000")


@starts("mode", "file of a group that the config names")
def stated_group(image):
    static(image, 0o750, gid=77, user="4242:77")


@starts("mode", "number without an account, which belongs to group 0")
def group_zero(image):
    static(image, 0o750, user="4242")


@starts("mode", "owner with a number that needs a PAX header")
def large_number(image):
    static(image, 0o700, uid=30_000_000, user="30000000")


@starts("mode", "directory that the user may search and not list")
def search_only(image):
    layer = files.accounts(image.layer()).directory("opt", mode=0o711)
    layer.file("opt/run", gcc.program("-static-pie"))
    image.set(Entrypoint=["/opt/run"], User="app")


@starts("mode", "root executes a file that only others may execute")
def others_only(image):
    static(image, 0o001, uid=1000, gid=1000)


@starts("mode", "root searches a directory without any search bit")
def root_searches(image):
    layer = image.layer().directory("opt", mode=0o600)
    layer.file("opt/run", gcc.program("-static-pie"))
    image.set(Entrypoint=["/opt/run"])


@starts("mode", "directory that only the user's group searches")
def directory_of_group(image):
    layer = files.accounts(image.layer()).directory("opt", mode=0o710, gid=1000)
    layer.file("opt/run", gcc.program("-static-pie"))
    image.set(Entrypoint=["/opt/run"], User="app")


@starts("mode", "directory that a later layer opens to the user")
def directory_reopened(image):
    layer = files.accounts(image.layer()).directory("opt", mode=0o700)
    layer.file("opt/run", gcc.program("-static-pie"))
    image.layer().directory("opt", mode=0o755)
    image.set(Entrypoint=["/opt/run"], User="app")


@starts("mode", "library without execute bit")
def library_mode(image):
    files.libc(image.layer()).file("run", gcc.program())
    files.copy(image.layer(), "/lib/x86_64-linux-gnu/libc.so.6", mode=0o644)
    image.set(Entrypoint=["/run"])


@starts("mode", "directory of PATH that the user cannot search, before the right one")
def closed_in_path(image):
    layer = files.accounts(files.hello(image)).directory("root", mode=0o700)
    files.copy(layer, "/usr/bin/hello", to="root/hello")
    image.set(User="app", Entrypoint=["hello"], Env=["PATH=/root:/usr/bin"])


@starts("mode", "working directory that the user cannot search, absolute entrypoint")
def closed_workdir(image):
    files.accounts(files.hello(image)).directory("root", mode=0o700)
    image.set(User="app", WorkingDir="/root")


@starts("mode", "relative entrypoint in a working directory below one that the user cannot search")
def workdir_below_closed(image):
    layer = files.accounts(image.layer()).directory("root", mode=0o700)
    layer.file("root/app/run", gcc.program("-static-pie"))
    image.set(User="1000", WorkingDir="/root/app", Entrypoint=["./run"])


@starts("user", "empty group after the user")
def empty_group(image):
    static(image, 0o755, user="app:")


@starts("user", "empty user before the group")
def empty_user(image):
    static(image, 0o755, user=":staff")


@starts("user", "name of another user that is a number: the number counts", output="^4242$")
def number_as_name(image):
    layer = files.program(image.layer(), "/usr/bin/id")
    layer.file("etc/passwd", "4242:x:1000:1000::/:/bin/sh\n", mode=0o644)
    image.set(User="4242", Entrypoint=["id", "-u"])

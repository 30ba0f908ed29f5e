"""Images whose user or group does not exist."""

import files
from case import fails


@fails("start-user", "user name that the accounts do not have")
def name(image):
    files.accounts(files.hello(image))
    image.set(User="node")


@fails("start-user", "user name in an image without accounts")
def no_accounts(image):
    files.hello(image)
    image.set(User="app")


@fails("start-user", "user name that only /etc/group has")
def only_group(image):
    files.accounts(files.hello(image))
    image.set(User="staff")


@fails("start-user", "arm64 image with an unknown user", platform="linux/arm64")
def arm64(image):
    files.program(image.layer(), "/usr/bin/hello", image.platform)
    image.set(Entrypoint=["/usr/bin/hello"], User="app")


@fails("start-group", "group name that /etc/group does not have")
def group(image):
    files.accounts(files.hello(image))
    image.set(User="app:www")


@fails("start-group", "group name in an image without /etc/group")
def no_groups(image):
    files.hello(image)
    image.set(User="1000:app")


@fails("start-user", "number that is out of range")
def out_of_range(image):
    files.hello(image)
    image.set(User="4294967296")

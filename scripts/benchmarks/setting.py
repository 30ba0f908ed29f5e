"""What a case needs around its commands, as a registry."""


class Setting:
    """Nothing. Others start servers."""

    needs = ()  # programs

    def start(self, place):
        """Prepares the case. `place` is a directory for files."""

    def before(self, command, here):
        """Prepares one run in the directory `here`. Returns the values of names in braces in the command."""
        return {}

    def after(self, command):
        """Follows each run. May set the note of the command."""

    def end(self):
        """Ends what `start` began, also after an error."""

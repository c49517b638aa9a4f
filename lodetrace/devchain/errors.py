"""What can go wrong with a development chain."""

from lodetrace.errors import ExitCode, LodetraceError


class DevChainError(LodetraceError):
    """Root of the errors of development chains."""

    template = "development chain failed"
    exit_code = ExitCode.NODE


class ToolMissing(DevChainError):
    """The chain's program is not installed."""

    template = "{kind} is not installed at {path}"
    advice = (
        "Run `make setup` in the clone, or name its node_modules in LODETRACE_NODE_MODULES;"
        " anvil has no program for every platform."
    )


class ChainDidNotStart(DevChainError):
    """The process ended, or did not answer in time."""

    template = "{kind} ended, or did not answer at {url} within {seconds} s: {log}"
    advice = "A full disk or a damaged database are the usual reasons; the log says which."


class PortTaken(DevChainError):
    """Somebody else listens on the port that was asked for."""

    template = "port {port} is taken by another program"
    advice = "Choose another port, or leave the choice to Lodetrace."


class OtherChain(DevChainError):
    """The chain that answers is not the one of the record: its database was lost or replaced."""

    template = "{url} answers with {name} {actual}, the record in {folder} says {recorded}"
    advice = "Remove the folder to start over."


class OtherSettings(DevChainError):
    """The folder holds a chain that was made with other settings."""

    template = "the chain in {folder} was made with {recorded}, not with {wanted}"
    advice = "Remove the folder to start over, or name another one."


class ClockNotSet(DevChainError):
    """The chain answers, and does not let its clock be set after its last block."""

    template = "the clock of {url} cannot be set: {reason}"
    advice = "Start it again; if it stays, remove the folder to start over."


class ChainFolderFailed(DevChainError):
    """The chain's folder or its record cannot be read or written."""

    template = "{path}: {reason}"
    advice = "Check the disk and the permissions; remove the folder to start over."
    exit_code = ExitCode.STORAGE

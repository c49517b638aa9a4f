"""Errors of the demo."""

from lodetrace.errors import InputError, KeysError, LodetraceError, SettingsError, StorageError


class OtherDemo(SettingsError):
    """The demo's folder holds a chain that other code or another story made."""

    template = "{folder} was made by {made_by}, this is {now}"
    advice = "Start over with `make demo RESET=1`; the old chain is removed."


class DemoRunning(StorageError):
    """Another demo works in the folder, or is being looked at."""

    template = "a demo is running in {folder} (pid {pid})"
    advice = "Stop it with Ctrl-C first; nothing of it was changed. --folder names another place."


class StageRefused(KeysError):
    """A story is played with keys that everybody has."""

    template = "{network} is no development network: the story's keys are known to everybody"
    advice = "Play it on a network of your own: lodetrace network init, then lodetrace network up."


class StoryMalformed(InputError):
    """A step of the story that cannot be played as it is written."""

    template = "{file}, step {step}: {reason}"
    advice = "Correct the story; the vocabulary is described at its top."


class StepFailed(LodetraceError):
    """A step ended otherwise than the story says."""

    template = "step {step} ({what}) failed: {reason}"
    advice = "Run the demo again: it resumes at this step. If it stays, see build/demo/logs."


class GatewayRefused(LodetraceError):
    """The demo's own gateway does not hand out what the demo writes to a file."""

    template = "the gateway gives no {path}: {reason}"

    def __init__(self, *, path: str, reason: str, advice: str = "") -> None:
        """advice: the gateway's own."""
        super().__init__(path=path, reason=reason)
        self.advice = f"{advice} If it stays, `make demo RESET=1` starts over.".lstrip()


class ProgramFailed(LodetraceError):
    """A program that the demo started ended with an error."""

    template = "{program} ended with {code}: {output}"
    advice = "See build/demo/logs for everything it said."

"""Why a witness does not sign, or may never sign again."""

from lodetrace.errors import InputError, Pending, Refused, SettingsError, StorageError


class WitnessRefuses(Refused):
    """A rule of witnesses forbids this signature; a later round may have one."""


class ClockWentBack(WitnessRefuses):
    """A clock that shows no later time than when the last head was seen."""

    template = "the clock says {now}, the last head was seen at {seen_at}"
    advice = (
        "Set the clock. Where it was ahead when that head was signed, this witness signs again once"
        " that time has come."
    )


class BlockAhead(WitnessRefuses):
    """A block from later than the clock allows."""

    template = "block {number} is of {time}, the clock says {now}: more than {ahead} s ahead"
    advice = "Set the clock of this machine; else ask the validators about theirs."


class NodeBehind(WitnessRefuses):
    """A node that has not got the last head that was signed."""

    template = "the node is at block {head}, the last head signed is block {number}"
    advice = "Wait until the node has caught up; it signs again by itself."


class ExtensionRefused(WitnessRefuses):
    """Headers that do not lead from the last head to the one that is to be signed."""

    template = "the headers after block {number} do not extend it: {reason}"
    advice = "Do not sign by hand. Ask the other witnesses what they see, and look at the node."


class HeadContradicts(Refused):
    """Another block stands where a head was signed: two histories. The witness stops for good."""

    template = "block {number} is {actual} now, {expected} was signed"
    advice = (
        "This witness signs nothing more. Its folder holds both headers (stopped.json): show them"
        " to the other members. They name the validators who sealed both."
    )


class WitnessStopped(Refused):
    """A witness that once saw two histories."""

    template = "this witness stopped for good: {reason}"
    advice = "Settle with the other members which history stands; then begin with a new key."


class BookMissing(InputError):
    """A first start without a beginning."""

    template = "there is no witness in {folder} yet"
    advice = "Name a trust anchor with --trust: the first head extends it."


class BookForeign(SettingsError):
    """What was signed before was by another key, or about another chain."""

    template = "{path} belongs to {expected}, not to {actual}"
    advice = "Name the folder of this key and network with --folder."


class BookLost(StorageError):
    """Heads of this key are published, and nothing says what it signed last."""

    template = "{path} is gone or empty, but heads of {key} are published"
    advice = (
        "Never begin again with this key: it may contradict what it signed. Make a new one, and"
        " have the members name it in their anchors."
    )


class BookWentBack(StorageError):
    """A copy of the book from before a head that this key gave away."""

    template = "{path} ends with the head seen at {kept}, but one seen at {given} is published"
    advice = (
        "Do not begin again with this key, nor from a backup: it may contradict what it signed."
        " Make a new key, and have the members name it in their anchors."
    )


class BookUnusable(StorageError):
    """What was signed cannot be read any more."""

    template = "{path} cannot be used: {reason}"
    advice = (
        "Do not begin again with this key, nor from a backup: it may contradict what it signed."
        " Make a new key, and have the members name it in their anchors."
    )


class BookMovedOn(Refused):
    """Another process signed in between."""

    template = "another process signed in {path} meanwhile"
    advice = "Run one witness for one key."


class BlockAwaited(Pending):
    """The head of this time is not there yet."""

    template = "no block of this time yet; without one, block {number} is signed at {time}"
    advice = "Run it again then, or without --once."


class PortUnusable(SettingsError):
    """A port that is taken, or may not be listened on."""

    template = "cannot listen on 127.0.0.1:{port}: {reason}"
    advice = "Name another one with --port; 0 takes a free one."

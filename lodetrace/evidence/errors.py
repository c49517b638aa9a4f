"""How an export can end: the subject is unknown, or the node's answers do not fit each other."""

from lodetrace.errors import InputError, NodeError, NotFound, Refused, SettingsError


class SubjectNotRecorded(NotFound):
    """No event of the chain says that there is such a lot or product."""

    template = "{kind} {id} is not on the chain up to block {block}"
    advice = "Check the id and the network; a later block may have it."


class AncestryTooLarge(Refused):
    """More lots than one bundle is made for."""

    template = "{kind} {id} descends from more than {limit} lots"
    advice = "Export the lots that it was made of, one bundle each."


class BlockUnknown(NotFound):
    """A block that the node has not."""

    template = "there is no block {block}: the chain ends at {head}"
    advice = "Name an earlier block, or wait for it."


class AnchorTooLate(Refused):
    """A checkpoint younger than the block that a bundle ends at."""

    template = "the bundle ends at block {block}, the anchor is block {anchor}"
    advice = "Export for an earlier anchor: that of the first block serves every bundle."


class NodeContradictsItself(NodeError):
    """Answers of one node that do not belong together."""

    template = "the node's {what} of block {block} gives {actual}, its header says {expected}"
    advice = "Do not rely on this node: export from another one, and compare the two."


class LogsLeftOut(NodeContradictsItself):
    """Receipts of a block have logs that the node did not give when it was asked for them."""

    template = "the node leaves logs out of block {block}: {count} of {contracts}"
    advice = (
        "Its index of logs is incomplete: have it rebuilt (on Besu resynchronise the node), or"
        " ask another node."
    )


class LogsAltered(NodeContradictsItself):
    """Logs that the receipts of their block do not have: invented, doubled or changed."""

    template = "the node alters logs of block {block}: {count} of {contracts} are in no receipt"
    advice = LogsLeftOut.advice


class BlockNotSealed(NodeContradictsItself):
    """A block that does not follow from a trust anchor, or that too few validators sealed."""

    template = "block {block} of the node is not the network's: {reason}"
    advice = (
        "Ask another node. If its blocks are sealed, there are two histories: `lodetrace audit"
        " compare` keeps both as evidence."
    )


class EventsLeftOut(NodeError):
    """Words in the chain's state that the events found do not add up to."""

    template = "the node leaves events out: {reason}"
    advice = (
        "Nothing was written. Take the consortium's current deployment record, or export from"
        " another node: the logs of this one do not fit the chain's state."
    )


class BundleWouldBeRefused(NodeError):
    """Evidence of the node that no reader with this anchor would take."""

    template = "a reader would refuse this bundle: {reason}"
    advice = "Check that anchor, deployment record and node are of one chain, or ask another node."


class StateNotKept(NodeError):
    """A node that keeps recent states only (Besu's BONSAI keeps 512)."""

    template = "the node proves no state of block {block}: {reason}"
    advice = "Export at the head, or from a node that keeps all states (Besu: FOREST)."


class KeyNotAtHand(SettingsError):
    """A proof under a verifying key that is not in the folder of keys."""

    template = "no key in {folder} is the one that block {block} checked a proof of {circuit} with"
    advice = "Put the consortium's verifying keys there, or name their folder with --keys."


class DocumentNotNamed(InputError):
    """A document that nothing in the bundle names."""

    template = "nothing in this provenance names a document with hash {hash}"
    advice = "Give signed documents of sites in the ancestry as they were attested, or none."


class OpeningNotNamed(InputError):
    """An opening of a commitment that the bundle does not tell of."""

    template = "commitment {commitment} is not in this provenance"
    advice = "Open lots and totals of the ancestry only; see `lodetrace lot show`."

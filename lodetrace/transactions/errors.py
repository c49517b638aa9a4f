"""How sending fails: before, while and after a transaction is under way."""

from lodetrace.errors import NodeError, Pending, Refused


class RehearsalPassed(NodeError):
    """The chain accepted what nothing may accept: its contracts do not check."""

    template = "{target} accepts a call that it has to refuse with {refusal}"
    advice = "Do not use this network: run `lodetrace check`, and tell the consortium."


class ReceiptPending(Pending):
    """Sent, without a receipt so far."""

    template = "transaction {transaction} ({purpose}) has no receipt after {seconds} s"
    advice = "Repeat the command: it goes on waiting and never sends a second transaction."


class TransactionRejected(NodeError):
    """The node does not take the signed transaction."""

    template = "the node does not take transaction {transaction} ({purpose}): {message}"
    advice = "It is kept and sent again with the next command; see the node's log for the reason."


class TransactionFailed(Refused):
    """Mined and reverted, though its simulation passed: the state changed in between."""

    template = "transaction {transaction} ({purpose}) was reverted in block {block}"
    advice = "Nothing changed. Look at the lot's state and repeat the command if it still applies."


class ReceiptMissing(NodeError):
    """Confirmed before, and the node knows nothing of it."""

    template = "transaction {transaction} ({purpose}) was in block {block}; this node has no trace"
    advice = "Ask another node of the network. It is not sent again: that could double its effect."


class NonceTaken(NodeError):
    """Another program signs with the same key at the same time."""

    template = "the nonces of {signer} are used by another program"
    advice = "Let only one program sign with a key."

"""Errors of the gateway: one family, shown as problems (RFC 9457) by problems.py."""

from typing import ClassVar

from lodetrace.errors import ExitCode, LodetraceError, SettingsError
from lodetrace.problems import RETRY_SECONDS


class GatewayError(LodetraceError):
    """Root of the gateway's errors. status: of the HTTP answer; retry_seconds: with a 503."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "The gateway failed"
    retry_seconds: ClassVar[int] = RETRY_SECONDS


class SubjectNotFound(GatewayError):
    """The index has no such thing. It may be behind the chain: see /ready."""

    template = "no {kind} {id}"
    advice = "Check the identifier; GET /ready says how far the index has read."
    exit_code = ExitCode.NOT_FOUND
    status = 404
    title = "Not found"


class SubjectNotYet(SubjectNotFound):
    """The index has it, and the chain did not have it yet at the block that was asked for."""

    template = "no {kind} {id} at block {block}"
    advice = "It came later: ask for a higher block, or for none to get the newest."
    title = "Not there yet"


class QueryInvalid(GatewayError):
    """A parameter that cannot be read."""

    template = "{name} is {value!r}: {reason}"
    advice = "See /docs for the parameters of this route."
    exit_code = ExitCode.INPUT
    status = 422
    title = "Invalid parameter"


class GraphTooLarge(GatewayError):
    """A provenance graph above the limit of one answer."""

    template = "the provenance of {lot} has more than {limit} lots"
    advice = "Ask with a smaller depth, then go on from the lots at its edge."
    exit_code = ExitCode.REFUSED
    status = 413
    title = "Graph too large"


class TooManyLotsForBundle(GatewayError):
    """More lots than one audit bundle is made for."""

    template = "{kind} {id} descends from more than {limit} lots"
    advice = "Ask for the bundles of the lots that it was made of."
    exit_code = ExitCode.REFUSED
    status = 413
    title = "Bundle too large"


class BundleBusy(GatewayError):
    """Enough others wait for their bundles."""

    template = "{limit} other bundles are being made"
    advice = "Ask again in a minute, or export with `lodetrace audit export` from a node."
    exit_code = ExitCode.PENDING
    status = 503
    title = "Busy"
    retry_seconds = 60


class IndexNotReady(GatewayError):
    """The index has not reached the chain's head, or the node does not answer."""

    template = "the index has read up to block {indexed}; the chain is at {head}"
    advice = "Try again in a few seconds; if it stays, look at the gateway's log."
    exit_code = ExitCode.PENDING
    status = 503
    title = "Not ready"


class IndexHalted(GatewayError):
    """An alarm: what the index says may no longer be so, or never was."""

    template = "nothing is answered from the index: {reason}"
    advice = "Look at the gateway's log; until it is mended, ask the gateway of another member."
    exit_code = ExitCode.REFUSED
    status = 503
    title = "The index is not reliable"


class ChainRewound(GatewayError):
    """A block that was read is no longer part of the chain. On a final chain this is an alarm."""

    template = "block {number} was {indexed} and is now {actual}"
    advice = "Stop trusting this node, compare it with the other members' nodes."
    title = "Chain rewound"


class EventUnexpected(GatewayError):
    """An event that contradicts the index: the index is wrong or the deployment is another one."""

    template = "event {name} in block {block} does not fit: {reason}"
    advice = "Delete the index and let it be rebuilt from the chain."
    title = "Index inconsistent"


class EventsMissing(EventUnexpected):
    """An event whose number is not the next of its subject: those between were not given."""

    template = "event {name} in block {block} has number {actual} of {subject}, expected {expected}"
    advice = "Delete the index and let it be rebuilt, from another node: this one leaves logs out."


class DatabaseUnreachable(GatewayError):
    """The index's database is down, full, or refuses the gateway."""

    template = "the database of the index does not answer: {reason}"
    advice = "Try again in a few seconds; if it stays, look at the gateway's log and the database."
    exit_code = ExitCode.STORAGE
    status = 503
    title = "The index's database does not answer"


class DatabaseUnusable(SettingsError):
    """The address of the database says nothing that this gateway can open."""

    template = "LODETRACE_DATABASE_URL cannot be used: {reason}"
    advice = (
        "Write sqlite:///FILE or postgresql://USER@HOST/NAME;"
        " PostgreSQL needs psycopg, the extra postgres of the wheel lodetrace-services."
    )


class AddressTaken(SettingsError):
    """The gateway cannot listen where it was told to; nobody sees it as an answer."""

    template = "cannot listen on {address} port {port}: {reason}"
    advice = "Set LODETRACE_BIND and LODETRACE_PORT; port 0 takes a free one."

"""Errors of the gateway: one family, shown as problems (RFC 9457) by problems.py."""

from typing import ClassVar

from lodetrace.errors import ExitCode, LodetraceError, Refused, SettingsError
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


class LoginRequired(GatewayError):
    """A route that members read, asked without a token."""

    template = "only members who signed in read {path}"
    advice = "Sign in: `lodetrace gateway login`, then send `Authorization: Bearer TOKEN`."
    exit_code = ExitCode.REFUSED
    status = 401
    title = "Sign in first"


class TokenInvalid(GatewayError):
    """A token that this gateway did not give, or that is over."""

    template = "the token is unknown, expired or revoked"
    advice = "Sign in again: `lodetrace gateway login`. A token is good for 15 minutes."
    exit_code = ExitCode.REFUSED
    status = 401
    title = "The token is not good"


class SignInRefused(GatewayError):
    """A message of EIP-4361, or its signature, that signs nobody in."""

    template = "nobody is signed in: {reason}"
    advice = "Take a new nonce and sign again; `lodetrace gateway login` does it as it has to be."
    exit_code = ExitCode.REFUSED
    status = 401
    title = "Sign-in refused"


class ReaderOut(GatewayError):
    """A reader that signed for no account of an active organisation, or does no longer."""

    template = "{signer} reads nothing here: {reason}, as of block {block}"
    advice = "Members' standing is what the chain says; ask the operators of the consortium."
    exit_code = ExitCode.REFUSED
    status = 403
    title = "Not a member in good standing"


class OpenElsewhere(GatewayError):
    """An open gateway that is asked from beyond its machine, or by a page of somebody's browser."""

    template = "this gateway is open to its own machine, and was asked as {host!r}"
    advice = (
        "Ask it as 127.0.0.1 or localhost, without a proxy; for other readers set"
        " LODETRACE_READERS=members."
    )
    exit_code = ExitCode.REFUSED
    status = 403
    title = "Open to its own machine alone"


class NotPublished(GatewayError):
    """A product whose maker did not publish so much of it."""

    template = "the maker of product {product} has not published its {part}"
    advice = "Ask its maker, or sign in as a member."
    exit_code = ExitCode.REFUSED
    status = 403
    title = "Not published"


class NotTheMaker(GatewayError):
    """Only the organisation that declared a product says what everybody may see of it."""

    template = "product {product} was declared by another organisation"
    advice = "Its maker decides what is published of it."
    exit_code = ExitCode.REFUSED
    status = 403
    title = "Not the maker"


class TooManyRequests(GatewayError):
    """More requests than one reader is given."""

    template = "more than {limit} requests a second"
    advice = "Ask more slowly; lists have pages of 1,000, and GET /lots?ids= takes 500 at once."
    exit_code = ExitCode.PENDING
    status = 429
    title = "Too many requests"
    retry_seconds = 1


class BodyTooLarge(GatewayError):
    """A request with more content than any has to have."""

    template = "the body has more than {limit} bytes"
    advice = "A sign-in has a message and its signature, a publication one word."
    exit_code = ExitCode.INPUT
    status = 413
    title = "Body too large"


class TookTooLong(GatewayError):
    """An answer that was not ready in time, or a request that did not come whole."""

    template = "no answer within {seconds} seconds"
    advice = "Ask for less: a smaller limit or depth, or another view."
    exit_code = ExitCode.PENDING
    status = 503
    title = "It took too long"


class GatewayBusy(GatewayError):
    """Enough requests are being answered."""

    template = "{limit} other requests are being answered"
    advice = "Ask again in a few seconds."
    exit_code = ExitCode.PENDING
    status = 503
    title = "Busy"


class GraphBusy(GatewayBusy):
    """Enough others wait for graphs."""

    template = "{limit} other graphs are being made"


class BundleBusy(GatewayBusy):
    """Enough others wait for their bundles."""

    template = "{limit} other bundles are being made"
    advice = "Ask again in a minute, or export with `lodetrace audit export` from a node."
    retry_seconds = 60


class StreamsBusy(GatewayBusy):
    """Enough streams of changes are open."""

    template = "{limit} other streams are open"
    advice = "Close one, or ask for pages: GET /changes without `text/event-stream`."
    retry_seconds = 60


class FellBehind(GatewayBusy):
    """A stream whose reader takes less than comes; told at its end."""

    template = "{pages} pages of changes wait for this stream to take them"
    advice = "Open it again, with the last id in Last-Event-ID, and read faster."
    title = "The stream fell behind"


class IndexRemade(GatewayBusy):
    """The rows were made anew while a stream was open; told at its end."""

    template = "the index was made anew"
    advice = "Open the stream again, with the last id in Last-Event-ID."
    title = "The index was made anew"


class ReadsAltered(Refused):
    """The log of reads is not what was written; nobody sees it as an answer."""

    template = "the log of reads is not as it was written: {reason}"
    advice = "Somebody changed it, or a part is missing. Compare it with an export of before."


class ReadersSettingsUnusable(SettingsError):
    """Who may read, and from where, does not go together."""

    template = "{setting} is {value!r}: {reason}"
    advice = "See docs/gateway.md, Who reads what."


class ChainRewound(GatewayError):
    """A block that was read is no longer part of the chain. On a final chain this is an alarm."""

    template = "block {number} was {indexed} and is now {actual}"
    advice = "Stop trusting this node, compare it with the other members' nodes."
    title = "Chain rewound"


class EventUnexpected(GatewayError):
    """An event that contradicts the index: the index is wrong or the deployment is another one."""

    template = "event {name} in block {block} does not fit: {reason}"
    advice = "Rebuild the index: `lodetrace-gateway rebuild`."
    title = "Index inconsistent"


class EventsMissing(EventUnexpected):
    """An event whose number is not the next of its subject: those between were not given."""

    template = "event {name} in block {block} has number {actual} of {subject}, expected {expected}"
    advice = "Rebuild the index (`lodetrace-gateway rebuild`) from another node: logs are left out."


class DatabaseUnreachable(GatewayError):
    """The index's database is down, full, or refuses the gateway."""

    template = "the database of the index does not answer: {reason}"
    advice = "Try again in a few seconds; if it stays, look at the gateway's log and the database."
    exit_code = ExitCode.STORAGE
    status = 503
    title = "The index's database does not answer"


class AnchorUnfit(SettingsError):
    """A trust anchor that the gateway's blocks cannot be held against."""

    template = "LODETRACE_TRUST: {reason}"
    advice = (
        "Name an anchor of this chain, or none: then blocks are believed as the node gives them."
    )


class IndexReadUnsealed(SettingsError):
    """Blocks of the index were not held against the trust anchor that is asked for now."""

    template = "the index has blocks up to {block} that were not held against this trust anchor"
    advice = "Rebuild it (`lodetrace-gateway rebuild`), or leave LODETRACE_TRUST out."


class DatabaseUnusable(SettingsError):
    """The address of the database says nothing that this gateway can open."""

    template = "{setting} cannot be used: {reason}"
    advice = (
        "Write sqlite:///FILE or postgresql://USER@HOST/NAME;"
        " PostgreSQL needs psycopg, the extra postgres of the wheel lodetrace-services."
    )


class RebuildRunning(Refused):
    """Another process makes the index anew."""

    template = "the index is being rebuilt already"
    advice = "Wait for it; a rebuild that was killed is in nobody's way."


class IndexInUse(Refused):
    """The new index is there, and the old one was never free for a moment."""

    template = "the index was in use for {seconds} seconds on end and stays as it was"
    advice = "Rebuild it once more, while fewer ask or no gateway runs."


class AddressTaken(SettingsError):
    """The gateway cannot listen where it was told to; nobody sees it as an answer."""

    template = "cannot listen on {address} port {port}: {reason}"
    advice = "Set LODETRACE_BIND and LODETRACE_PORT; port 0 takes a free one."

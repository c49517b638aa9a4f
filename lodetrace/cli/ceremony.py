"""`lodetrace ceremony`: plan, sign, contribute, verify, status and finish."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode, InputError, zk_refusals
from lodetrace.text import counted, hex_of, parse_typed_address

if TYPE_CHECKING:
    from lodetrace.ceremony.drafting import Beginning
    from lodetrace.ceremony.verification import Standing

ceremony: Final = group("ceremony", "The members' ceremony: keys whose secret nobody has.")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the transcript.")]
Seats = Annotated[
    list[str],
    typer.Option(
        "--seat",
        metavar="ADDRESS",
        help="A key of the council, which you have from elsewhere; one for each of its seats.",
    ),
]
SUFFIXES: Final = (".r1cs", ".zkey")
MOST_OWN: Final = 1 << 26
"""Bytes of a member's own randomness."""


class CircuitsMissing(InputError):
    """A folder that does not hold what circuits start from."""

    template = "{path} has {found}: each circuit needs NAME.r1cs and NAME.zkey"
    advice = "Compile the circuits, then make each key with `snarkjs groth16 setup`."


class OwnUnreadable(InputError):
    """A file that a command was given, and that the disk does not give."""

    template = "{path}: {reason}"
    advice = "Check the path and the permissions; nothing was written."


@command(
    ceremony,
    "plan",
    "lodetrace ceremony plan keys-2027 --draft draft.json --ptau powers14.ptau --circuits built",
    keys=False,
    writes=True,
)
def plan(
    cli: CommandContext,
    folder: Folder,
    draft: Annotated[
        Path,
        typer.Option(metavar="FILE", help="JSON with chainId, directory, members and least."),
    ],
    ptau: Annotated[Path, typer.Option(metavar="FILE", help="Phase 1: powers of tau.")],
    circuits: Annotated[
        Path, typer.Option(metavar="DIR", help="NAME.r1cs and NAME.zkey of each circuit.")
    ],
) -> Answer:
    """Make the folder of a new ceremony, for the seats to sign.

    Whoever makes it has no power: verification holds all of it against phase 1 and constraints.
    """
    from lodetrace.ceremony.drafting import draft_plan, found
    from lodetrace.ceremony.folder import TranscriptFolder
    from lodetrace.ceremony.plan import Plan

    with zk_refusals(), _readable(draft):
        beginnings = _beginnings(circuits)
        content = draft_plan(draft.read_bytes(), ptau, beginnings)
    if not cli.dry_run:
        with _written(folder):
            found(TranscriptFolder(folder), content, ptau, beginnings)
    made = Plan.parse(content)
    told = {"ceremony": hex_of(made.id), "phase_1": made.phase_1.words, "folder": str(folder)}
    return Answer({**told, "circuits": list(beginnings)}, [fields(told)])


@command(ceremony, "sign", "lodetrace ceremony sign keys-2027", writes=True)
def sign(cli: CommandContext, folder: Folder) -> Answer:
    """Sign the plan with the key of your seat. Read it first: it names members and circuits."""
    from lodetrace.ceremony.folder import PLAN, TranscriptFolder
    from lodetrace.ceremony.plan import Plan
    from lodetrace.secp256k1 import Signature

    transcript = TranscriptFolder(folder)
    signed = Plan.parse(transcript.read(PLAN))
    signature = Signature.make(signed.typed_data(), cli.keys.signing_key)
    if not cli.dry_run:
        with _written(folder):
            transcript.add_signature(signature)
    told = {"ceremony": hex_of(signed.id), "signer": cli.keys.signer}
    return Answer(told, [fields(told)])


@command(
    ceremony,
    "contribute",
    "lodetrace ceremony contribute keys-2027 --seat 0x2f6a… --seat 0x91c4… --seat 0x70bb…",
    "lodetrace ceremony contribute keys-2027 --seat 0x2f6a… --own dice.txt",
    writes=True,
)
def contribute(
    cli: CommandContext,
    folder: Folder,
    seat: Seats,
    own: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Mix what is in this file with the system's randomness."),
    ] = None,
) -> Answer:
    """Verify everything before your turn, then take it: once, for all circuits.

    The secrets never leave this process. Killed at any moment, the turn is either done or not.
    """
    from lodetrace.ceremony.contribution import points_of, take_turn
    from lodetrace.ceremony.errors import NotYourTurn
    from lodetrace.ceremony.folder import TranscriptFolder

    transcript, keys = TranscriptFolder(folder), cli.keys
    mixed = b"" if own is None else _own(own)
    standing = _verified(cli, folder, seat)
    member = standing.next
    if member is None or member.signer.lower() != keys.signer.lower():
        expected = "nobody" if member is None else member.name
        raise NotYourTurn(expected=expected, actual=keys.signer)
    if not cli.dry_run:
        with cli.work("contributing") as work, _written(folder):
            say = _counting(work, points_of(standing))
            take_turn(transcript, standing, keys.signing_key, keys.signer, mixed, say)
    turn = len(standing.members) + 1
    told = {"ceremony": hex_of(standing.plan.id), "member": member.name, "turn": turn}
    return Answer(told, [f"Turn {turn} of {member.name}. Hand the folder on."])


@command(
    ceremony,
    "verify",
    "lodetrace ceremony verify keys-2027 --seat 0x2f6a… --seat 0x91c4… --seat 0x70bb…",
    keys=False,
)
def verify(cli: CommandContext, folder: Folder, seat: Seats) -> Answer:
    """Verify a finished transcript, from phase 1 and the constraints to the last keys.

    Needs no network and no other program. Ends with 5 at the first thing that is wrong, by name.
    """
    return _answer(_verified(cli, folder, seat))


@command(ceremony, "status", "lodetrace ceremony status keys-2027", keys=False)
def status(cli: CommandContext, folder: Folder) -> Answer:
    """Whose turn it is, by the attestations that are there; steps and phase 1 are not verified."""
    from lodetrace.ceremony.folder import PLAN, TranscriptFolder
    from lodetrace.ceremony.plan import Plan
    from lodetrace.ceremony.verification import attested

    transcript = TranscriptFolder(folder)
    current = Plan.parse(transcript.read(PLAN))
    done = len(attested(transcript, current))
    signers = sorted({one.signer(current.typed_data()) for one in transcript.signatures()})
    members = [
        {"turn": turn, "name": one.name, "signer": one.signer, "contributed": turn <= done}
        for turn, one in enumerate(current.members, 1)
    ]
    coming = current.members[done].name if done < len(current.members) else None
    told = {"ceremony": hex_of(current.id), "signed_by": signers, "members": members}
    lines = [
        (str(one["turn"]), str(one["name"]), "contributed" if one["contributed"] else "")
        for one in members
    ]
    shown = {"ceremony": hex_of(current.id), "signed by": ", ".join(signers), "next": coming}
    return Answer({**told, "next": coming}, [fields(shown), rows(("turn>", "member", ""), lines)])


@command(
    ceremony,
    "finish",
    "lodetrace ceremony finish keys-2027 --seat 0x2f6a… --out zk_circuits/keys/ours",
    keys=False,
    writes=True,
)
def finish(
    cli: CommandContext,
    folder: Folder,
    seat: Seats,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the new set of keys.")],
) -> Answer:
    """Verify a finished transcript and write its keys as a set.

    Everybody who has the folder gets the same keys out of it.
    """
    from lodetrace.ceremony.key_set import write_key_set

    standing = _verified(cli, folder, seat)
    answer = _answer(standing)
    if not cli.dry_run:
        with _written(out):
            write_key_set(standing, out)
    return answer


def _verified(cli: CommandContext, folder: Path, seats: list[str]) -> "Standing":
    from lodetrace.ceremony.folder import TranscriptFolder
    from lodetrace.ceremony.verification import verified

    addresses = [parse_typed_address(seat) for seat in seats]
    with cli.work("verifying") as work:
        return verified(TranscriptFolder(folder), addresses, work.step)


def _answer(standing: "Standing") -> Answer:
    """What a finished ceremony says; raises ContributionsTooFew or FinalKeyRefused."""
    from zk_circuits.ctx import verifying_key_hash

    plan, members = standing.plan, standing.members
    hashes = {name: hex_of(verifying_key_hash(key)) for name, key in standing.keys().items()}
    groups = len({one.group for one in members})
    absent = [one.name for one in plan.members[len(members) :]]
    told = {
        "ceremony": hex_of(plan.id),
        "transcript": hex_of(standing.word),
        "phase_1": plan.phase_1.words,
        "contributions": [one.name for one in members],
        "absent": absent,
        "groups": groups,
        "signed_by": list(standing.signers),
        "keys": hashes,
    }
    shown = {
        "ceremony": hex_of(plan.id),
        "transcript": hex_of(standing.word),
        "phase 1": plan.phase_1.words,
        "contributed": f"{', '.join(one.name for one in members)}: {groups} ownership groups",
        "no turn of": ", ".join(absent) or None,
        "signed by": ", ".join(standing.signers),
    }
    said = (
        "Nobody forges under these keys while one of those who contributed forgot his secret, and"
        " one of those who made phase 1."
    )
    table = rows(("circuit", "verifying key"), list(hashes.items()))
    return Answer(told, [fields(shown), table, said], ExitCode.OK)


def _beginnings(folder: Path) -> "dict[str, Beginning]":
    """By name; raises CircuitsMissing."""
    from lodetrace.ceremony.drafting import Beginning

    files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    names = sorted({path.stem for path in files})
    if not names or len(files) != len(SUFFIXES) * len(names):
        raise CircuitsMissing(path=folder, found=counted(len(files), "files"))
    r1cs, zkey = SUFFIXES
    return {name: Beginning(folder / (name + r1cs), folder / (name + zkey)) for name in names}


def _own(path: Path) -> bytes:
    """Whatever a file holds, but no device, which never ends; raises OwnUnreadable."""
    with _readable(path), path.open("rb") as file:
        content = file.read(MOST_OWN + 1)
    if len(content) > MOST_OWN:
        raise OwnUnreadable(path=path, reason=f"it has more than {MOST_OWN:,} bytes, or no end")
    return content


def _counting(work: Callable[[int, int], None], total: int) -> Callable[[int], None]:
    done = 0

    def say(points: int) -> None:
        nonlocal done
        done += points
        work(done, total)

    return say


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OwnUnreadable(path=error.filename or path, reason=error.strerror) from error


@contextmanager
def _written(path: Path) -> Iterator[None]:
    from lodetrace.ceremony.errors import TranscriptUnwritable

    try:
        yield
    except OSError as error:
        raise TranscriptUnwritable(path=path, reason=error.strerror or error) from error

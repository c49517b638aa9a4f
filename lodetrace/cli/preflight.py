"""The checks of `lodetrace check`, each on top of those before it."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lodetrace.errors import ExitCode, KeysError, LodetraceError, SettingsError
from lodetrace.liveness import Liveness, Margin
from lodetrace.outlook import Outlook
from lodetrace.text import counted, flag_words, hex_of, iso_time

if TYPE_CHECKING:
    from lodetrace.cli.context import CommandContext
    from lodetrace.contracts.structs import Account
    from lodetrace.node.client import Node
    from lodetrace.onchain.contracts import Contracts

T = TypeVar("T")

CLOCK_SECONDS: Final = 300
"""Difference to the chain's time from which a clock is worth a warning."""

LIVENESS: Final = "liveness"

ON_CHAIN: Final = ("code", "source", "directory", "verifying keys", LIVENESS, "account")
"""Checks that need a deployment."""

FREE_BYTES: Final = 100 << 20
"""Room on the disk that vault and outbox should have."""
LEAST_BYTES: Final = 1 << 20
"""Without which nothing is begun: a commit would fail."""


class CodeDiffers(SettingsError):
    """Another program at a contract's address than the deployment record says."""

    template = "{contract} at {address} has code hash {actual}, the record says {expected}"
    advice = "Do not use this deployment: ask the consortium for the current record."


class DirectoryDiffers(SettingsError):
    """The Directory on chain names another contract than the record."""

    template = "the Directory has {contract} at {actual}, the record at {expected}"
    advice = "The consortium deployed a new version: ask for the current record."


class ProvingFilesMissing(SettingsError):
    """Proving keys or witness programs that were not built."""

    template = "circuit {circuit}: {path} is missing"
    advice = "Run `make zk` in the clone; without these files nothing can be proven here."


class AccountInactive(KeysError):
    """The account of the keystore is not that of an active member."""

    template = "account {account} belongs to no active member on this network"
    advice = "Have the council register it (see `lodetrace keys show`), or check the network."


class KeystoreDiffers(KeysError):
    """A key in the keystore that is not the registered one."""

    template = "the {key} of {account} is {actual} on chain, {expected} in the keystore"
    advice = "Finish a rotation that was begun (`lodetrace keys rotate`), or restore the keystore."


class NetworkTooSmall(SettingsError):
    """Too few ownership groups: some act can never be decided independently."""

    template = "{shortfall}"
    advice = "Do not go live: have the council register groups with the roles that are missing."


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found. verdict: ok, warning, failed or skipped.

    acts, bodies: of the check of liveness, how many groups each act has, and what is left with
    some of them missing.
    """

    check: str
    verdict: str
    detail: str
    advice: str = ""
    exit_code: ExitCode = ExitCode.OK
    acts: tuple[Liveness, ...] = ()
    bodies: tuple[Outlook, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether work cannot begin."""
        return self.verdict == "failed"


@dataclass(slots=True)
class _Checks:
    findings: list[CheckResult] = field(default_factory=list)

    def add(self, check: str, run: Callable[[], tuple[T, str]]) -> T | None:
        """Runs a check that gives a value and a detail; None where it failed."""
        found = self.add_value(check, run)
        if found is None:
            return None
        value, detail = found
        self.findings.append(CheckResult(check, "ok", detail))
        return value

    def add_value(self, check: str, run: Callable[[], T]) -> T | None:
        """The value of a check that is judged by it; None where it failed."""
        try:
            return run()
        except LodetraceError as error:
            finding = CheckResult(check, "failed", str(error), error.advice, error.exit_code)
            self.findings.append(finding)
            return None

    def warn(self, check: str, detail: str, advice: str) -> None:
        self.findings.append(CheckResult(check, "warning", detail, advice))

    def skip(self, *checks: str) -> None:
        for check in checks:
            detail = "needs what failed above"
            self.findings.append(CheckResult(check, "skipped", detail))


def preflight(cli: "CommandContext", proving: bool = True) -> list[CheckResult]:
    """Every check, in order; what depends on a failed one is skipped.

    proving: False leaves out what only those need who prove.
    """
    from lodetrace.node.client import Node

    checks = _Checks()
    if checks.add("settings", lambda: _settings(cli)) is None:
        checks.skip("disk", "contexts", "proving", "keystore", "node", "deployment", "account")
        return checks.findings
    _disk(cli.settings.home, checks)
    _contexts(cli.settings.contexts, checks)
    if proving:
        checks.add("proving", lambda: _proving(cli.settings.network.key_set))
    header = checks.add("keystore", lambda: _keystore(cli))
    with Node.of(cli.settings) as node:
        head = checks.add("node", lambda: _node(node))
        _left_out(node, checks)
        if head is None:
            checks.skip("clock", "logs", "deployment", *ON_CHAIN)
            return checks.findings
        _clock(head, checks)
        _logs(node, checks)
        contracts = checks.add("deployment", lambda: _deployment(cli, node))
        if contracts is None:
            checks.skip(*ON_CHAIN)
            return checks.findings
        checks.add("code", lambda: _code(contracts))
        checks.add("source", lambda: _source(cli, contracts))
        checks.add("directory", lambda: _directory(contracts))
        if proving:
            checks.add("verifying keys", lambda: _verifying_keys(cli, contracts))
        _liveness(contracts, cli.settings.network.development, checks)
        if header is None:
            checks.skip("account")
        else:
            checks.add("account", lambda: _account(contracts, header))
    return checks.findings


def _settings(cli: "CommandContext") -> tuple[str, str]:
    network = cli.settings.network
    kind = "a development network" if network.development else "not for development keys"
    return cli.settings.rpc_url, f"{network.id}: chain {network.chain_id}, {kind}"


def _disk(home: Path, checks: _Checks) -> None:
    existing = next(folder for folder in (home, *home.parents) if folder.is_dir())
    free = shutil.disk_usage(existing).free
    if free < LEAST_BYTES:
        detail, advice = f"{free} bytes free at {existing}", "Make room: nothing can be written."
        checks.findings.append(CheckResult("disk", "failed", detail, advice, ExitCode.STORAGE))
    elif free < FREE_BYTES:
        checks.warn("disk", f"{free >> 20} MiB free at {existing}", "Make room.")
    else:
        checks.findings.append(CheckResult("disk", "ok", f"{free >> 20} MiB free at {existing}"))


def _contexts(folder: Path, checks: _Checks) -> None:
    """Only documents that name a missing one are refused, so work may begin without it."""
    from lodetrace.documents.contexts import CONTEXTS, SERVED_BELOW, ContextCopies

    missing = [one.removeprefix(SERVED_BELOW) for one in ContextCopies(folder).missing()]
    if missing:
        listed = "\n".join(["no copy of", *missing])
        checks.warn("contexts", listed, f"Download them from {SERVED_BELOW}\ninto {folder}")
    else:
        detail = f"copies of all {len(CONTEXTS)} JSON-LD contexts of GS1"
        checks.findings.append(CheckResult("contexts", "ok", detail))


def _proving(key_set: str) -> tuple[str, str]:
    from lodetrace.contracts.plan import VERIFIERS
    from zk_circuits.artifacts import ZkArtifacts
    from zk_circuits.provers import groth16py_client

    artifacts = ZkArtifacts.of_checkout(key_set=key_set)
    for circuit in VERIFIERS:
        for path in (artifacts.proving_key(circuit), artifacts.witness_program(circuit)):
            if not path.is_file():
                raise ProvingFilesMissing(circuit=circuit, path=path)
    prover = "groth16py" if groth16py_client.is_installed() else "snarkjs"
    return prover, f"{prover} with the keys of {len(VERIFIERS)} circuits"


def _keystore(cli: "CommandContext") -> tuple[Mapping[str, Any], str]:
    from lodetrace.keys.keystore import read_header

    if cli.dev_index is not None:
        keys = cli.keys
        public = hex_of(keys.viewing_key.public)
        header = {"account": keys.account, "signer": keys.signer, "viewing_key": public}
        return header, f"development key {cli.dev_index} of {keys.account}"
    header = read_header(cli.settings.keystore)
    if header.get("development"):
        from lodetrace.keys.member_keys import DevelopmentKeyRefused

        network = cli.settings.network
        if not network.development:
            raise DevelopmentKeyRefused(account=header["account"], network=network.id)
    return header, f"{cli.settings.keystore} of {header['account']}"


def _node(node: "Node") -> tuple[int, str]:
    node.look()
    chain_id, header = node.chain_id, node.header()
    return header.time, f"{node.url}: chain {chain_id}, block {header.number}"


def _left_out(node: "Node", checks: _Checks) -> None:
    """Nodes of LODETRACE_RPC_URL that are not asked; the others do their work."""
    for url, reason in node.left_out:
        checks.warn("node", f"{url} is left out: {reason}", "See that node, or take it off.")


def _logs(node: "Node", checks: _Checks) -> None:
    """How long a range of blocks may be; with a limit everything works, and takes longer."""
    from lodetrace.node.log_limit import log_limit

    try:
        found = log_limit(node)
    except LodetraceError as error:
        checks.findings.append(
            CheckResult("logs", "failed", str(error), error.advice, error.exit_code)
        )
        return
    if found.is_met:
        detail = f"the node gives logs of at most {found.most:,} blocks at once"
        advice = f"Longer ranges are read in pieces. The chain has {found.chain:,} blocks: if\n"
        advice += "reading takes too long, raise the limit (Besu: --rpc-max-logs-range)."
        checks.warn("logs", detail, advice)
    else:
        detail = f"the node gives logs of all {found.chain:,} blocks at once"
        checks.findings.append(CheckResult("logs", "ok", detail))


def _clock(chain_time: int, checks: _Checks) -> None:
    difference = int(time.time()) - chain_time
    detail = f"the chain's time is {iso_time(chain_time)}, {abs(difference)} s "
    detail += "behind this clock" if difference >= 0 else "ahead of this clock"
    if abs(difference) <= CLOCK_SECONDS:
        checks.findings.append(CheckResult("clock", "ok", detail))
    else:
        advice = "Contracts go by the chain's time. Check this clock, and that blocks are made."
        checks.warn("clock", detail, advice)


def _deployment(cli: "CommandContext", node: "Node") -> tuple["Contracts", str]:
    from lodetrace.onchain.contracts import Contracts

    contracts = Contracts.of(cli.settings, node)
    return contracts, f"{len(contracts.deployment.contracts)} contracts on this very chain"


def _code(contracts: "Contracts") -> tuple[int, str]:
    from zk_circuits.keccak import keccak256

    found = contracts.deployment.contracts
    for name, contract in found.items():
        actual = hex_of(keccak256(contracts.node.code(contract.address)))
        if actual != contract.code_hash:
            raise CodeDiffers(
                contract=name,
                address=contract.address,
                actual=actual,
                expected=contract.code_hash,
            )
    return len(found), f"{len(found)} code hashes are those of the record"


def _source(cli: "CommandContext", contracts: "Contracts") -> tuple[int, str]:
    from lodetrace.onchain.source import require_compiled

    filled = require_compiled(contracts, cli.settings.network.key_set)
    found = len(contracts.deployment.contracts)
    detail = f"{found} contracts are what this clone compiles to"
    return found, f"{detail}, {filled} immutables are of the record"


def _directory(contracts: "Contracts") -> tuple[int, str]:
    from lodetrace.contracts.plan import directory_name

    found = contracts.deployment.contracts
    for name, contract in found.items():
        actual = str(contracts.call("Directory", "current", directory_name(name))[0])
        if actual.lower() != contract.address.lower():
            raise DirectoryDiffers(contract=name, actual=actual, expected=contract.address)
    return len(found), "the Directory names the same contracts"


def _verifying_keys(cli: "CommandContext", contracts: "Contracts") -> tuple[int, str]:
    from lodetrace.contracts.plan import VERIFIERS
    from lodetrace.member.prover import Prover

    prover = Prover(contracts, cli.settings.network)
    for circuit in VERIFIERS:
        prover.verifying_key(circuit)
    return len(VERIFIERS), f"{len(VERIFIERS)} verifiers have the keys of this installation"


def _liveness(contracts: "Contracts", development: bool, checks: _Checks) -> None:
    """Whether enough ownership groups decide; refuses, unless the network is for development."""
    from lodetrace.liveness import liveness, shortfalls
    from lodetrace.onchain.voices import voices
    from lodetrace.outlook import outlooks

    found = checks.add_value(LIVENESS, lambda: voices(contracts))
    if found is None:
        return
    later = _later(found.later)
    acts, bodies = tuple(liveness(found)), tuple(outlooks(found))
    lacks = shortfalls(found)
    stopped, hanging = _acts_with(acts, Margin.IMPOSSIBLE), _acts_with(acts, Margin.NONE_SPARE)
    if stopped:
        lacks.append(f"too few independent groups to {stopped}")
    if lacks:
        small = NetworkTooSmall(shortfall="; ".join(lacks))
        verdict, code = ("warning", ExitCode.OK) if development else ("failed", small.exit_code)
        result = CheckResult(LIVENESS, verdict, f"{small}{later}", small.advice, code, acts, bodies)
    elif hanging:
        detail = f"one absent group stops: {hanging}{later}"
        advice = "One more group with the role that is missing keeps the network going."
        result = CheckResult(LIVENESS, "warning", detail, advice, acts=acts, bodies=bodies)
    else:
        detail = (
            f"{len(found.groups)} ownership groups; every act survives the absence of one{later}"
        )
        result = CheckResult(LIVENESS, "ok", detail, acts=acts, bodies=bodies)
    checks.findings.append(result)


def _later(groups: Mapping[bytes, int]) -> str:
    """Of judging roles that were given too short a time ago to count."""
    if not groups:
        return ""
    whose = counted(len(groups), "ownership groups")
    return (
        f"; judging roles of {whose} count later, all of them from {iso_time(max(groups.values()))}"
    )


def _acts_with(acts: tuple[Liveness, ...], margin: Margin) -> str:
    return ", ".join(one.act for one in acts if one.margin is margin)


def _account(contracts: "Contracts", header: Mapping[str, Any]) -> tuple["Account", str]:
    from lodetrace.onchain.reads import Reads

    account, reads = str(header["account"]), Reads(contracts)
    if not reads.is_active(account):
        raise AccountInactive(account=account)
    found = reads.account(account)
    registered = {"signer": found.signer, "viewing key": hex_of(found.viewing_key)}
    own = {"signer": str(header["signer"]), "viewing key": str(header["viewing_key"])}
    for key, actual in registered.items():
        if actual.lower() != own[key].lower():
            raise KeystoreDiffers(key=key, account=account, actual=actual, expected=own[key])
    return found, f"active, {', '.join(flag_words(found.roles))}; keys are those of the keystore"

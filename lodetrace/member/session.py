"""A member's session: keys, network, contracts, outbox and vault in one place."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple, Self

from lodetrace.contracts.events import Recorded
from lodetrace.contracts.price_structs import CheckRequest
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import Birth, ClaimRequest, RunRequest, TotalRequest
from lodetrace.errors import Refused
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.planned_call import would_send
from lodetrace.member.prover import PROOF_REFUSAL, REFUSED_PROOF, Prover
from lodetrace.member.spent import told_of_spent
from lodetrace.member.store import FILE, MemberStore
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from lodetrace.rehearsal import Rehearsed
from lodetrace.settings import Network, Settings
from lodetrace.transactions.outbox import EntryState
from lodetrace.transactions.sender import Checkpoint, Rehearsal, Sender
from zk_circuits.salts import SaltSource

ProvenRequest = Birth | RunRequest | TotalRequest | ClaimRequest | CheckRequest
"""A request with a proof."""


class Act(NamedTuple):
    """A call of a contract that is sent once for its purpose."""

    purpose: str
    contract: str
    function: str
    arguments: tuple[object, ...]


class MemberSession:
    """Everything an operation needs. Close it at the end, or use it in a with statement."""

    def __init__(
        self,
        network: Network,
        contracts: Contracts,
        keys: MemberKeys,
        folder: Path,
        receipt_timeout: int = 120,
        checkpoint: Checkpoint = lambda step: None,
        *,
        rehearsing: bool = False,
    ) -> None:
        """folder: where vault and outbox of this account on this chain live.

        rehearsing: nothing is sent or written; what would be sent raises Rehearsed instead.
        Raises DevelopmentKeyRefused where the keys have no place.
        """
        keys.require_allowed(network.id, development=network.development)
        self.network: Final = network
        self.contracts: Final = contracts
        self.keys: Final = keys
        self.account: Final = keys.account
        self.reads: Final = Reads(contracts)
        self.folder: Final = folder
        self.rehearsing: Final = rehearsing
        self.store: Final = MemberStore(folder / FILE, keys, rehearsing=rehearsing)
        self.vault: Final = self.store.vault
        self.outbox: Final = self.store.outbox
        self._checkpoint: Final = checkpoint
        self.sender: Final = Sender(
            contracts.node,
            self.outbox,
            keys.signing_key,
            contracts.refusals,
            receipt_timeout,
            checkpoint,
        )
        self.prover: Final = Prover(contracts, network, rehearsing=rehearsing)

    @classmethod
    def open(
        cls,
        settings: Settings,
        keys: MemberKeys,
        checkpoint: Checkpoint = lambda step: None,
        *,
        rehearsing: bool = False,
    ) -> Self:
        """A session on the network of the settings; checks chain and deployment.

        Raises SettingsError, WrongNetwork, NodeUnreachable, KeysError or StorageError.
        """
        node = Node.of(settings)
        try:
            contracts = Contracts.of(settings, node)
            folder = member_folder(settings, contracts.deployment.genesis, keys.account)
            return cls(
                settings.network,
                contracts,
                keys,
                folder,
                settings.receipt_timeout,
                checkpoint,
                rehearsing=rehearsing,
            )
        except BaseException:
            node.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives files and connections back."""
        self.store.close()
        self.contracts.node.close()

    def now(self) -> int:
        """Time of the latest block: the clock that the contracts go by."""
        return self.contracts.node.header().time

    def send(
        self, purpose: str, contract: str, function: str, *arguments: object
    ) -> list[Recorded]:
        """Sends a call once for its purpose; the events of its transaction.

        Raises ContractRefused before anything is sent, and what Sender.send raises.
        """
        return self.do(Act(purpose, contract, function, arguments))

    def do(self, act: Act) -> list[Recorded]:
        """As send."""
        target, data = self._call(act)
        with self._better_told():
            if self.rehearsing:
                self.sender.rehearse(target, data)
                raise would_send(act.contract, target, act.function, act.arguments)
            return self.contracts.receipt_events(self.sender.send(act.purpose, target, data))

    def send_each(
        self, acts: Sequence[Act], told: Callable[[int, int], None] = lambda done, total: None
    ) -> dict[Act, Refused]:
        """Sends calls that do not depend on one another, many on their way at once.

        Returns those that the chain refused, and why; they stop none of the others. told: how many
        of them are done. Raises what Sender.send raises, but for Refused.
        """
        refused: dict[Act, Refused] = {}
        sent = {}
        for act in acts:
            try:
                with self._better_told():
                    sent[act] = self.sender.submit(act.purpose, *self._call(act))
            except Refused as error:
                refused[act] = error
            told(len(sent) + len(refused), len(acts))
        for act, entry in sent.items():
            try:
                self.sender.wait(entry)
            except Refused as error:
                refused[act] = error
        return refused

    def rehearse_act(self, act: Act) -> None:
        """Whether the chain would take a call as it is now; raises ContractRefused."""
        with self._better_told():
            self.sender.rehearse(*self._call(act))

    def _call(self, act: Act) -> tuple[str, bytes]:
        data = self.contracts.data(act.contract, act.function, *act.arguments)
        return self.contracts.address(act.contract), data

    def planned_salts(self, purpose: str, anchor: bytes) -> SaltSource:
        """As MemberStore.planned_salts, before a proof is made."""
        found = self.store.planned_salts(purpose, anchor)
        self._checkpoint("planned")
        return found

    def send_proven(
        self,
        purpose: str,
        contract: str,
        function: str,
        request: ProvenRequest,
        *before: bytes,
    ) -> list[Recorded]:
        """As send, for a request with a proof that Prover.prove has made, and so verified.

        before: arguments that come before the request.

        The simulation carries a proof that fails at once: the node goes through every rule, and
        verifies the true proof once instead of twice.
        """
        target = self.contracts.address(contract)
        if self.rehearsing:
            self.rehearse(contract, function, request, *before)
            raise would_send(contract, target, function, [*before, request])
        rehearsal = self._rehearsal(contract, function, request, *before)
        data = self.contracts.data(contract, function, *before, request)
        with self._better_told():
            return self.contracts.receipt_events(self.sender.send(purpose, target, data, rehearsal))

    def rehearse(
        self, contract: str, function: str, request: ProvenRequest, *before: bytes
    ) -> None:
        """Whether the chain would take a request, its proof aside; raises ContractRefused."""
        rehearsal = self._rehearsal(contract, function, request, *before)
        with self._better_told():
            self.sender.rehearse(self.contracts.address(contract), rehearsal.data, rehearsal)

    @contextmanager
    def _better_told(self) -> Iterator[None]:
        """A contract knows that a lot is spent, the chain's events know by what."""
        try:
            yield
        except ContractRefused as refused:
            told = told_of_spent(self.contracts, refused)
            if told is refused:
                raise
            raise told from refused

    def _rehearsal(
        self, contract: str, function: str, request: ProvenRequest, *before: bytes
    ) -> Rehearsal:
        bare = replace(request, proof=REFUSED_PROOF)
        return Rehearsal(self.contracts.data(contract, function, *before, bare), PROOF_REFUSAL)

    def taken_up(self, purpose: str) -> list[Recorded] | None:
        """Events of what was sent for a purpose before, e.g. ahead of a crash; None if nothing."""
        if not self.rehearsing:
            self.sender.reconcile()
        entry = self.sender.sent(purpose)
        if entry is None:
            return None
        if self.rehearsing and entry.state is not EntryState.MINED:
            raise Rehearsed("send again what was sent before", {"transaction": entry.hash})
        return self.contracts.receipt_events(self.sender.wait(entry))


def member_folder(settings: Settings, genesis: str, account: str) -> Path:
    """Folder of an account on one chain: two development chains never share one."""
    return settings.home / settings.network_id / genesis[2:12] / account.lower()

"""What a command works with: settings, keys, sessions and the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Final

from lodetrace.cli.terminal import Terminal, Work
from lodetrace.rehearsal import Rehearsed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rich.console import RenderableType

    from lodetrace.eip712 import Domain
    from lodetrace.keys.member_keys import MemberKeys
    from lodetrace.member.book import AddressBook
    from lodetrace.member.session import MemberSession
    from lodetrace.onchain.contracts import Contracts
    from lodetrace.settings import Settings

_STEPS: Final = {
    "planned": "proving",
    "simulated": "signing",
    "signed": "signing",
    "persisted": "sending",
    "broadcast": "waiting for the receipt",
    "receipt": "confirmed",
    "recorded": "confirmed",
}
"""Steps of a Sender, in words for people."""


class CommandContext:
    """One run of a command. dev_index: the development key to use instead of a keystore."""

    def __init__(self, terminal: Terminal, dev_index: int | None = None) -> None:
        self.terminal: Final = terminal
        self.dev_index: Final = dev_index
        terminal.names = self._names
        self._work: Work | None = None

    @property
    def dry_run(self) -> bool:
        """Whether this is a rehearsal: nothing is sent or written."""
        return self.terminal.dry_run

    def about_to(self, act: str, **details: object) -> None:
        """Stands right before what changes something; a rehearsal ends here, with Rehearsed."""
        if self.dry_run:
            raise Rehearsed(act, details)

    @cached_property
    def settings(self) -> "Settings":
        """Settings of the process; raises SettingsError."""
        from lodetrace.settings import Settings

        return Settings.load()

    @cached_property
    def passphrase(self) -> str:
        """Passphrase of the keystore, asked for once; raises KeysError."""
        from lodetrace.keys.keystore import read_header
        from lodetrace.keys.passphrase import existing_passphrase

        read_header(self.settings.keystore)  # nobody is asked for one that opens nothing
        return existing_passphrase(self.settings)

    @property
    def book_path(self) -> "Path":
        """File of the address book; raises SettingsError."""
        return self.settings.home / self.settings.network_id / "book.json"

    @cached_property
    def book(self) -> "AddressBook":
        """The member's names for accounts of this network; raises AddressBookUnusable."""
        from lodetrace.member.book import AddressBook

        return AddressBook.read(self.book_path)

    def account_named(self, text: str) -> str:
        """The address of an account: as it is written, or by its name in the book.

        Raises AddressMalformed or NameNotInBook.
        """
        from lodetrace.text import parse_address

        typed = text.strip()
        return parse_address(typed) if typed[:2].lower() == "0x" else self.book.account_of(typed)

    def _names(self) -> "Mapping[str, str]":
        """For what people see; a book that cannot be read hides no answer."""
        from lodetrace.errors import LodetraceError

        try:
            return {account.lower(): name for name, account in self.book.accounts.items()}
        except LodetraceError:
            return {}

    @cached_property
    def keys(self) -> "MemberKeys":
        """The member's keys: of its keystore, or of a development network's mnemonic.

        Raises KeysError, DevelopmentKeyRefused among them.
        """
        from lodetrace.keys.keystore import load_keystore
        from lodetrace.keys.member_keys import MemberKeys

        if self.dev_index is None:
            unlocked = self._keys_in_agent()
            return unlocked or load_keystore(self.settings.keystore, self.passphrase)
        network = self.settings.network
        keys = MemberKeys.for_development(self.dev_index)
        keys.require_allowed(network.id, development=network.development)
        return keys

    def open_keystore(self) -> None:
        """Takes the keys out of the keystore itself, for what writes them; asks, also if unlocked.

        Raises KeysError.
        """
        from lodetrace.keys.keystore import load_keystore

        self.keys = load_keystore(self.settings.keystore, self.passphrase)

    def _keys_in_agent(self) -> "MemberKeys | None":
        """Those that `lodetrace unlock` left in the agent, of the keystore as it is now."""
        from lodetrace.keys.agent.client import RunningAgent

        settings = self.settings
        agent = RunningAgent.find(settings.agent, settings.keystore)
        if agent is None:
            return None
        if agent.stale:
            agent.end()
            self.terminal.warn("the agent had keys of an earlier keystore: it was locked")
            return None
        return agent.keys

    @cached_property
    def domain(self) -> "Domain":
        """Where the word of this network's sites counts; no node is asked. Raises SettingsError."""
        from lodetrace.contracts.deployment import Deployment, deployment_path
        from lodetrace.documents.signed_number import domain_of

        folder, network = self.settings.deployments, self.settings.network
        deployment = Deployment.load(deployment_path(folder, network.id))
        return domain_of(deployment)

    @property
    def account(self) -> str:
        """The member's account; of a keystore its readable part says it. Raises KeysError."""
        from lodetrace.keys.keystore import public_account, read_header

        if self.dev_index is not None:
            return self.keys.account
        path = self.settings.keystore
        return public_account(read_header(path), path)

    @contextmanager
    def member(self) -> Iterator["MemberSession"]:
        """A session of the member; raises what Member.open raises."""
        from lodetrace.member.session import MemberSession

        opened = MemberSession.open(
            self.settings, self.keys, self._checkpoint, rehearsing=self.dry_run
        )
        with opened as member:
            yield member

    def ask(
        self,
        question: str,
        act: "Callable[[MemberSession], object]",
        *preview: "RenderableType",
    ) -> None:
        """Asks whether an act is meant, once it is known that nothing refuses it.

        What was done before is not asked again. Raises what the act raises where it would change
        something, ConfirmationMissing and Declined.
        """
        if self.dry_run or self.terminal.confirmed or self._changes(act):
            self.terminal.confirm(question, *preview)

    def _changes(self, act: "Callable[[MemberSession], object]") -> bool:
        """Whether an act would send something; asked of a session that rehearses."""
        from lodetrace.member.session import MemberSession

        rehearsal = MemberSession.open(self.settings, self.keys, rehearsing=True)
        with self.work("checking"), rehearsal as member:
            try:
                act(member)
            except Rehearsed:
                return True
        return False

    @contextmanager
    def contracts(self) -> Iterator["Contracts"]:
        """The contracts, for commands that need no keys; raises what Contracts.of raises."""
        from lodetrace.node.client import Node
        from lodetrace.onchain.contracts import Contracts

        with Node.of(self.settings) as node:
            yield Contracts.of(self.settings, node)

    @contextmanager
    def work(self, title: str) -> Iterator[Work]:
        """A progress bar that also follows what is sent meanwhile."""
        with self.terminal.work(title) as work:
            self._work = work
            try:
                yield work
            finally:
                self._work = None

    def _checkpoint(self, step: str) -> None:
        if self._work is not None:
            self._work.step(_STEPS.get(step, step))

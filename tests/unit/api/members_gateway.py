"""A gateway for members over a small world, and readers of each kind with keys of their own."""

from dataclasses import dataclass, field
from typing import Any, Final

from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from api.access.rights import Readers
from api.access.store import writing_access
from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.follow import Indexer
from api.indexer.store import open_store, reading
from api.indexer.tables import accounts, products
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import SubjectKind
from lodetrace.text import hex_of
from tests.support.audit_world import address, word
from tests.support.readers import HERE, access_of
from tests.support.wallet import Wallet, message
from tests.unit.api.world_chain import WorldChain, from_mine_to_car

NAMES: Final = ("alpha", "beta", "gamma", "oracle one", "certifier", "risk", "auditor", "umpire",
                "bench")  # fmt: skip
"""Members with every role that a world has."""


@dataclass
class MembersGateway:
    """now: of the gateway's clock."""

    chain: WorldChain
    engine: Engine
    gateway: Gateway
    client: TestClient
    now: int = 1_800_000_000
    tokens: dict[str, str] = field(default_factory=dict)
    url: str = "http://testserver"

    @classmethod
    def over(cls, url: str, readers: Readers = Readers.MEMBERS) -> "MembersGateway":
        """Over an index in an empty database; it follows nothing by itself."""
        chain, engine = from_mine_to_car(), open_store(url)
        made = cls(chain, engine, None, None)  # type: ignore[arg-type]  # below
        for name in NAMES:
            made.rotate(name, Wallet.named(name))
        indexer = Indexer(engine, chain, may_rewind=False)
        access = access_of(engine, readers, lambda: made.now)
        access.sign_ins.burst = 1_000
        bundles = Bundles(lambda subject, ends: f"bundle of {subject} at {ends.block}".encode())
        made.gateway = Gateway(engine, chain, indexer, bundles, access)
        made.client = TestClient(create_app(made.gateway, 60), HERE, raise_server_exceptions=False)
        indexer.catch_up()
        return made

    def rotate(self, name: str, wallet: Wallet) -> None:
        """Another key signs for a member's account from the next block on."""
        self.chain.world.tx(self.rotation(name, wallet.address))

    def rotation(self, name: str, signer: str) -> ev.Event:
        org = word(name)
        number = self.chain.world.chain.count(SubjectKind.MEMBER, org)
        return ev.SignerRotated(address(name), org, number, signer)

    def catch_up(self) -> int:
        """The last block that the index has read."""
        return self.gateway.indexer.catch_up()

    def nonce(self) -> str:
        answer = self.client.post("/session/nonce")
        assert answer.status_code == 201, answer.text
        found: str = answer.json()["nonce"]
        return found

    def sign_in(self, wallet: Wallet, nonce: str | None = None, **said: str) -> Any:
        """The answer to a message with a fresh nonce, or the one that is given."""
        text = message(wallet.address, self.nonce() if nonce is None else nonce, self.now, **said)
        return self.client.post("/session", json={"message": text, "signature": wallet.sign(text)})

    def token(self, name: str) -> str:
        """Of a session that a member began."""
        if name not in self.tokens:
            access, signer = self.gateway.access, Wallet.named(name).address
            with writing_access(access.engine) as connection:
                begun = access.sessions.begin(connection, address(name), signer, self.now, None)
            self.tokens[name] = begun[0]
        return self.tokens[name]

    def ask(self, path: str, name: str | None = None, method: str = "GET", **more: Any) -> Any:
        """An answer to a member, or to nobody in particular."""
        headers = {} if name is None else {"Authorization": f"Bearer {self.token(name)}"}
        return self.client.request(method, path, headers=headers, **more)

    @property
    def product(self) -> str:
        return self.chain.ids["product"][0]

    def maker(self) -> str:
        """Name of the member that declared the product."""
        with reading(self.engine) as index:
            wanted = select(accounts.c.organisation).join_from(
                products, accounts, products.c.account == accounts.c.account
            )
            organisation = index.execute(wanted).scalar_one()
        return next(name for name in NAMES if hex_of(word(name)) == organisation)

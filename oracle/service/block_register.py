"""The register of one round: what was asked once is not asked again of the same block."""

from collections.abc import Sequence
from typing import Final

from lodetrace.contracts.structs import Site
from oracle.checks.case import Signer
from oracle.register import ChainRegister
from oracle.said import Said


class BlockRegister:
    """A ChainRegister that remembers signers and sites; as old as its block."""

    def __init__(self, register: ChainRegister) -> None:
        self._register: Final = register
        self._signers: Final[dict[str, Signer | None]] = {}
        self._sites: Final[dict[bytes, Site | None]] = {}

    @property
    def chain_id(self) -> int:
        """Chain that signatures have to be for."""
        return self._register.chain_id

    @property
    def now(self) -> int:
        """The present, seconds since 1970."""
        return self._register.now

    def signer(self, address: str) -> Signer | None:
        """The active member that an address signs for."""
        if address not in self._signers:
            self._signers[address] = self._register.signer(address)
        return self._signers[address]

    def site(self, site: bytes) -> Site | None:
        """A registered site."""
        if site not in self._sites:
            self._sites[site] = self._register.site(site)
        return self._sites[site]

    def said_by(self, organisation: bytes, said: Sequence[Said]) -> set[Said]:
        """Those of the statements and withdrawals that the organisation has attested."""
        return self._register.said_by(organisation, said)

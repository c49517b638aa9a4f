"""Whether the deployed contracts are what the sources of this clone compile to.

Whoever deployed need not be trusted for it: only the clone, its compiler and the node.
"""

from lodetrace.contracts.plan import compiled_name
from lodetrace.contracts.runtime_code import immutables
from lodetrace.errors import SettingsError
from lodetrace.onchain.contracts import Contracts


class SourceDiffers(SettingsError):
    """The recorded code is not what the sources of this clone compile to."""

    template = "{contract} at {address} is not what this clone compiles to"
    advice = (
        "Check out the version that was deployed and compile it (make compile). If it still"
        " differs, do not use this deployment: ask the consortium."
    )


class ImmutableForeign(SettingsError):
    """A contract that was bound to another one than the record names."""

    template = (
        "{contract} at {address} was deployed to work with {named}, no contract of the record"
    )
    advice = "Do not use this deployment: ask the consortium for the current record."


def require_compiled(contracts: Contracts, key_set: str) -> int:
    """How many immutables the contracts have; raises SourceDiffers or ImmutableForeign.

    key_set: of the network, which says whose verifiers belong there.
    """
    count = 0
    for name, contract in contracts.deployment.contracts.items():
        compiled = contracts.artifacts[compiled_name(name, key_set)].runtime
        values = immutables(compiled, contracts.node.code(contract.address))
        if values is None:
            raise SourceDiffers(contract=name, address=contract.address)
        before = {one.address.lower() for one in contracts.deployment.former.get(name, ())}
        for named in (value.address for value in values):
            if named is None or named.lower() in before:  # a version may ask the one before
                continue
            if contracts.deployment.name_at(named) is None:
                raise ImmutableForeign(contract=name, address=contract.address, named=named)
        count += len(values)
    return count

"""Why a contract refuses a call, on every kind of network alike.

Brownie decodes refusals on chains that it launched; on others web3's own exception comes through.
"""

from typing import Any

from brownie.exceptions import VirtualMachineError, decode_typed_error
from web3.exceptions import ContractCustomError


def refusal_of(method: Any, *arguments: Any) -> str | None:
    """Name of the custom error with which the call is refused, or None."""
    try:
        method.call(*arguments)
    except VirtualMachineError as error:
        return str(error.revert_msg).partition(":")[0]
    except ContractCustomError as error:
        return decode_typed_error(str(error.data)).partition(":")[0]
    return None

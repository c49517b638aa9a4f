"""What a reply of JSON-RPC holds."""

import pytest

from lodetrace.node.plain_rpc import result


def test_a_reply_may_name_an_error_that_is_none() -> None:
    assert result("eth_chainId", {"error": None, "result": "0x1"}) == "0x1"
    assert result("eth_getBlockByHash", {"result": None}) is None


def test_an_error_is_a_refusal() -> None:
    with pytest.raises(OSError, match="eth_chainId"):
        result("eth_chainId", {"error": {"code": -32601}, "result": "0x1"})


@pytest.mark.parametrize("reply", [None, [], "0x1", {}])
def test_what_is_no_reply_is_told_apart(reply: object) -> None:
    with pytest.raises(ValueError, match="no reply"):
        result("eth_chainId", reply)

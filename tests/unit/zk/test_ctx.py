"""ctx against eth_abi and pycryptodome's keccak, written again from SPEC section 4."""

import pytest
from Crypto.Hash import keccak
from eth_abi import encode

from zk_circuits import ctx as own
from zk_circuits.abi import address, hash_static, uints, word32, words32
from zk_circuits.abi import encode as own_encode
from zk_circuits.errors import NotAnInteger, WordOutOfRange

from .simulated import KEY
from .vector_files import named, vectors

BODY_TYPES = {
    "origin": ("bytes32", "bytes32", "uint32", "uint16", "uint8", "bytes32"),
    "run": (
        *("uint8", "bytes32", "bytes32[]", "bytes32[]", "uint32[]", "uint16[]"),
        *("uint8", "bytes32"),
    ),
    "total": ("bytes32", "uint32", "uint32", "uint32", "bytes32", "bytes32"),
    "claim": ("bytes32", "uint8", "uint8", "uint8", "uint64"),
    "price": (
        *("bytes32", "bytes32", "uint32", "address", "address", "bytes32"),
        *("bool", "bytes32"),
    ),
}
OWN = {
    "origin": own.origin_ctx,
    "run": own.run_ctx,
    "total": own.total_ctx,
    "claim": own.claim_ctx,
    "price": own.price_ctx,
}


def kind_of(vector) -> str:
    return "run" if "run_kind" in vector["body"] else vector["name"]


def keccak256(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def bytes_of(value):
    if isinstance(value, list):
        return [bytes_of(part) for part in value]
    return bytes.fromhex(value[2:]) if isinstance(value, str) else value


def values_of(vector):
    """In the order of the body; sealed boxes as the contract hashes them."""
    for name, value in vector["body"].items():
        raw = bytes_of(value)
        if name == "ciphertext":
            yield keccak256(raw)
        elif name in ("box", "boxes"):
            boxes = [raw] if name == "box" else raw
            yield keccak256(b"".join(map(keccak256, boxes)))
        elif name in ("seller", "buyer"):
            yield value
        else:
            yield bool(raw) if name == "inside" else raw


def expected(vector) -> int:
    kind, frame = kind_of(vector), vector["frame"]
    version = 1 if kind == "price" else 2
    preimage = encode(
        ["bytes32", "uint256", "address", "bytes32", "address", "bytes32"],
        [
            keccak256(f"lodetrace/{kind}/{version}".encode()),
            frame["chainId"],
            frame["contract"],
            bytes.fromhex(frame["verifyingKeyHash"][2:]),
            frame["account"],
            keccak256(encode(BODY_TYPES[kind], list(values_of(vector)))),
        ],
    )
    return int.from_bytes(keccak256(preimage), "big") >> 8


def context_of(vector) -> int:
    frame = vector["frame"]
    where = own.ProofContext(
        chain_id=frame["chainId"],
        contract=frame["contract"],
        verifying_key_hash=bytes_of(frame["verifyingKeyHash"]),
        account=frame["account"],
    )
    body = {name: bytes_of(value) for name, value in vector["body"].items()}
    return OWN[kind_of(vector)](where, **body)


@pytest.mark.parametrize("vector", named("ctx.json"))
def test_vector_by_other_libraries(vector):
    assert expected(vector) == int(vector["ctx"])
    assert context_of(vector) == int(vector["ctx"])


def test_there_is_a_vector_of_every_kind():
    assert {kind_of(vector) for vector in vectors("ctx.json")} == set(BODY_TYPES)


@pytest.mark.parametrize("vector", named("ctx.json"))
def test_every_field_counts(vector):
    seen = {int(vector["ctx"])}
    for part in ("frame", "body"):
        for name, value in vector[part].items():
            changed = {**vector, part: {**vector[part], name: another(value)}}
            assert context_of(changed) not in seen, name
            seen.add(context_of(changed))


def another(value):
    if isinstance(value, list):
        return [another(value[0]), *value[1:]]
    if isinstance(value, str) and value.startswith("0x"):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return int(value) ^ 1


def test_verifying_key_hash_is_that_of_its_words():
    words = list(KEY.words())
    assert len(words) == 2 + 3 * 4 + 2 * len(KEY.ic)
    assert own.verifying_key_hash(KEY) == keccak256(encode(["uint256[]"], [words]))


def test_arrays_move_the_ones_behind_them():
    parts = [words32("a", [1, 2, 3]), word32("b", 4), uints("c", [], 8), uints("d", [5], 32)]
    theirs = encode(["uint256[]", "uint256", "uint8[]", "uint32[]"], [[1, 2, 3], 4, [], [5]])
    assert own_encode(parts) == theirs


def test_hash_of_static_values_is_that_of_eth_abi():
    account = "0x" + "aB" * 20
    theirs = encode(["uint40", "bytes32", "address", "bool"], [7, b"\1" * 32, account, True])
    assert hash_static(7, b"\1" * 32, account, 1) == keccak256(theirs)


@pytest.mark.parametrize("wrong", [-1, 1 << 256, b"\1" * 20, "0x" + "ab" * 19, True])
def test_what_is_no_static_value_is_refused(wrong):
    with pytest.raises((WordOutOfRange, NotAnInteger)):
        hash_static(1, wrong)


@pytest.mark.parametrize(
    "change",
    [
        {"count": 2**32},
        {"count": -1},
        {"material": 2**16},
        {"model": 256},
        {"event_key": bytes(31)},
        {"output": 2**256},
    ],
)
def test_field_outside_its_type_is_refused(change):
    frame = own.ProofContext(1, bytes(20), bytes(32), bytes(20))
    fields = {
        "event_key": 0,
        "output": 1,
        "count": 1,
        "material": 27,
        "model": 0,
        "box": b"",
    }
    own.origin_ctx(frame, **fields)
    with pytest.raises(WordOutOfRange):
        own.origin_ctx(frame, **{**fields, **change})


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "0x",
        "00" * 20,
        "0x" + "00" * 19,
        "0x" + "00" * 21,
        "0xzz" + "00" * 19,
        " 0x" + "00" * 20,
        bytes(19),
        bytes(21),
    ],
)
def test_malformed_address_is_refused(wrong):
    with pytest.raises(WordOutOfRange):
        address("contract", wrong)

"""ctx against eth_abi and pycryptodome's keccak, written again from SPEC section 4."""

import pytest
from Crypto.Hash import keccak
from eth_abi import encode

from zk_circuits import ctx as own
from zk_circuits.abi import address, hash_static, uints, word32, words32
from zk_circuits.abi import encode as own_encode
from zk_circuits.errors import NotAnInteger, WordOutOfRange
from zk_circuits.make_vectors import context_of

from .simulated import KEY
from .vector_files import named, vectors

BODY_TYPES = {
    "lodetrace/origin/1": {
        "eventId": "bytes32",
        "output": "bytes32",
        "count": "uint32",
        "material": "uint16",
        "model": "uint8",
        "ciphertext": "bytes32",
    },
    "lodetrace/run/2": {
        "runKind": "uint8",
        "eventId": "bytes32",
        "inputIds": "bytes32[]",
        "outputs": "bytes32[]",
        "counts": "uint32[]",
        "materials": "uint16[]",
        "model": "uint8",
        "ciphertexts": "bytes32",
    },
    "lodetrace/total/1": {
        "productId": "bytes32",
        "firstPart": "uint32",
        "partCount": "uint32",
        "scale": "uint32",
        "previousTotal": "bytes32",
        "total": "bytes32",
    },
    "lodetrace/claim/1": {
        "subject": "bytes32",
        "subjectKind": "uint8",
        "measure": "uint8",
        "creditMask": "uint8",
        "threshold": "uint64",
    },
    "lodetrace/price/1": {
        "record": "bytes32",
        "lot": "bytes32",
        "offer": "uint32",
        "seller": "address",
        "buyer": "address",
        "price": "bytes32",
        "inside": "bool",
        "ciphertext": "bytes32",
    },
}


def keccak256(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def value_of(name, kind, value):
    if isinstance(value, list) and name != "ciphertexts":
        return [value_of(name, kind.removesuffix("[]"), part) for part in value]
    if name == "ciphertext":
        return keccak256(bytes.fromhex(value[2:]))
    if name == "ciphertexts":
        return keccak256(b"".join(keccak256(bytes.fromhex(part[2:])) for part in value))
    if kind == "bool":
        return bool(value)
    return value if kind == "address" else _number_or_word(kind, value)


def _number_or_word(kind, value):
    return bytes.fromhex(value[2:]) if kind == "bytes32" else int(value)


def expected(vector) -> int:
    types, frame = BODY_TYPES[vector["kind"]], vector["frame"]
    fields = [value_of(name, kind, vector["body"][name]) for name, kind in types.items()]
    preimage = encode(
        ["bytes32", "uint256", "address", "bytes32", "address", "bytes32"],
        [
            keccak256(vector["kind"].encode()),
            frame["chainId"],
            frame["contract"],
            bytes.fromhex(frame["verifyingKeyHash"][2:]),
            frame["account"],
            keccak256(encode(list(types.values()), fields)),
        ],
    )
    return int.from_bytes(keccak256(preimage), "big") >> 8


@pytest.mark.parametrize("vector", named("ctx.json"))
def test_vector_by_other_libraries(vector):
    assert expected(vector) == int(vector["ctx"])
    assert context_of(vector) == int(vector["ctx"])


def test_there_is_a_vector_of_every_kind():
    assert {vector["kind"] for vector in vectors("ctx.json")} == set(BODY_TYPES)


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
        {"event_id": bytes(31)},
        {"output": 2**256},
    ],
)
def test_field_outside_its_type_is_refused(change):
    frame = own.ProofContext(1, bytes(20), bytes(32), bytes(20))
    fields = {
        "event_id": 0,
        "output": 1,
        "count": 1,
        "material": 27,
        "model": 0,
        "ciphertext": b"",
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

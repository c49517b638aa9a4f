# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Directory: names and versions."""

import pytest

from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain


def name(text: bytes) -> str:
    return "0x" + text.ljust(32, b"\0").hex()


@pytest.fixture(scope="module")
def directory(Directory, deploy_noted, journal, governor):
    deployed = deploy_noted(Directory, governor)
    deployed.register(name(b"Journal"), journal, {"from": governor})
    return deployed


def test_the_journal_is_named_before_anything_else(Directory, governor, members):
    fresh = governor.deploy(Directory, governor)
    for method, arguments in (("register", members), ("registerHash", "0x" + "01" * 32)):
        with reverts("NameUnknown", name(b"Journal")):
            getattr(fresh, method)(name(b"Members"), arguments, {"from": governor})


def test_versions_count_from_one(directory, governor, members, sites, web3):
    first = directory.register(name(b"Members"), sites, {"from": governor})
    second = directory.register(name(b"Members"), members, {"from": governor})

    for tx, version, at in ((first, 1, sites), (second, 2, members)):
        emitted(
            tx,
            "ContractRegistered",
            name=name(b"Members"),
            version=version,
            at=at,
            codeHash=bytes(web3.keccak(web3.eth.get_code(at.address))),
        )
    assert plain(directory.current(name(b"Members"))) == plain((members, 2))
    assert directory.at(name(b"Members"), 1) == sites
    assert directory.at(name(b"Members"), 2) == members


def test_only_the_council_registers(directory, stranger, members):
    with reverts("OnlyCouncil", stranger):
        directory.register(name(b"Members"), members, {"from": stranger})


def test_name_is_not_empty(directory, governor, members):
    with reverts("NameUnknown", ZERO_WORD):
        directory.register(ZERO_WORD, members, {"from": governor})


def test_contract_has_code(directory, governor, stranger):
    with reverts("NoCode", stranger):
        directory.register(name(b"Members"), stranger, {"from": governor})


def test_unknown_name_or_version(directory, governor, members):
    unknown = name(b"Members")
    with reverts("NameUnknown", unknown):
        directory.current(unknown)
    with reverts("NameUnknown", unknown):
        directory.at(unknown, 1)
    directory.register(unknown, members, {"from": governor})
    for version in (0, 2):
        with reverts("NameUnknown", unknown):
            directory.at(unknown, version)


def test_versions_of_a_file_count_by_themselves(directory, governor, members):
    release, first, second = name(b"release"), word("1.0"), word("1.1")
    directory.register(release, members, {"from": governor})
    for version, file in ((1, first), (2, second)):
        tx = directory.registerHash(release, file, {"from": governor})
        emitted(tx, "HashRegistered", name=release, version=version, hash=file)
    assert plain(directory.currentHash(release)) == plain((second, 2))
    assert directory.hashAt(release, 1).hex() == bytes.fromhex(first[2:]).hex()
    assert plain(directory.current(release)) == plain((members, 1))


def test_file_has_a_name_and_a_hash(directory, governor, stranger):
    with reverts("OnlyCouncil", stranger):
        directory.registerHash(name(b"release"), word("1.0"), {"from": stranger})
    with reverts("NameUnknown", ZERO_WORD):
        directory.registerHash(ZERO_WORD, word("1.0"), {"from": governor})
    with reverts("HashMissing", name(b"release")):
        directory.registerHash(name(b"release"), ZERO_WORD, {"from": governor})


def test_file_unknown(directory, governor):
    unknown = name(b"ceremony")
    with reverts("NameUnknown", unknown):
        directory.currentHash(unknown)
    directory.registerHash(unknown, word("transcript"), {"from": governor})
    for version in (0, 2):
        with reverts("NameUnknown", unknown):
            directory.hashAt(unknown, version)

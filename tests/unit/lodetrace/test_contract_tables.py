"""Python's tables say what the contracts say."""

import json
import re
from enum import IntEnum, IntFlag
from pathlib import Path

import pytest

from lodetrace.contracts import enums, price_structs, structs
from lodetrace.contracts.abi import Artifacts, ArtifactUnreadable, EntryUnknown
from lodetrace.contracts.abi_codec import (
    AnswerMalformed,
    ArgumentInvalid,
    decode_values,
    encode_arguments,
    encode_call,
    field_types,
    plain,
    snake,
    struct,
)
from lodetrace.contracts.deployment import (
    ContractNotDeployed,
    DeployedContract,
    Deployment,
    DeploymentUnreadable,
)
from lodetrace.contracts.events import LotAccepted
from lodetrace.contracts.events.decode import EventTypeMismatch, event_types, shapes
from lodetrace.contracts.plan import (
    FOUNDING_PARAMETERS,
    JOURNAL_WRITERS,
    NAMES,
    REPLACEABLE,
    STEPS,
    VERIFIERS,
    Founding,
    Seat,
    act_arguments,
    constructor_arguments,
    first_act,
)
from lodetrace.text import AddressMalformed, parse_address
from zk_circuits.rule import RuleModel as CircuitModel
from zk_circuits.statements import ClaimMeasure as CircuitMeasure

FOUNDING = Founding((Seat("0x" + "11" * 20, b"\1" * 32), Seat("0x" + "22" * 20, b"\2" * 32)))


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def source(root: Path, name: str) -> str:
    return (root / "contracts" / "interfaces" / f"{name}.sol").read_text()


@pytest.mark.parametrize(
    "code",
    [enums.CustodyModel, enums.LotState, enums.EventKind, enums.RunKind, enums.MemberStatus,
     enums.CertificateStatus, enums.RowKind, enums.Measure, enums.PriceStatus],
    ids=lambda code: code.__name__,
)  # fmt: skip
def test_enums_are_those_of_types_sol(root: Path, code: type[IntEnum]) -> None:
    body = re.search(rf"enum {code.__name__} \{{(.*?)\}}", source(root, "Types"), re.DOTALL)
    assert body is not None
    names = [name.strip() for name in re.sub(r"//.*", "", body[1]).split(",")]
    assert names == [camel(member.name) for member in code]
    assert [int(member) for member in code] == list(range(len(code)))


def test_kinds_of_events_are_those_of_run_kinds_sol(root: Path) -> None:
    text = (root / "contracts" / "libraries" / "RunKinds.sol").read_text()
    body = re.search(r"function eventKind\(.*?\{(.*?)\n    \}", text, re.DOTALL)
    assert body is not None
    found = dict(re.findall(r"RunKind\.(\w+)\)? (?:return|\?) EventKind\.(\w+)", body[1]))
    assert len(found) == 5
    for kind in enums.RunKind:
        if kind is enums.RunKind.END_OF_LIFE:
            continue  # Products books it, and names its event itself
        event = kind.event_kind
        assert (camel(event.name) if event else None) == found.get(camel(kind.name))


@pytest.mark.parametrize(("file", "code"), [("Roles", enums.Role), ("Materials", enums.Material)])
def test_constants_are_those_of_the_interfaces(
    root: Path, file: str, code: type[IntEnum] | type[IntFlag]
) -> None:
    pattern = r"constant (\w+) = (?:(\d+) << )?(\d+);"
    found = {
        name: int(base) << int(number) if base else int(number)
        for name, base, number in re.findall(pattern, source(root, file))
    }
    assert found == {member.name: int(member) for member in code}


def test_numbers_agree_with_the_circuits() -> None:
    assert [int(model) for model in CircuitModel][:4] == [int(m) for m in enums.CustodyModel]
    assert [int(measure) for measure in CircuitMeasure] == [int(m) for m in enums.Measure][1:]


def test_every_event_has_its_dataclass(artifacts: Artifacts) -> None:
    compiled = set()
    for name in NAMES:
        entries = artifacts[name].entries("event")
        found = shapes(name, entries)
        assert len(found) == len(entries), f"{name} emits an event without a dataclass"
        compiled |= {(name, entry["name"]) for entry in entries}
    assert set(event_types()) == compiled


STRUCTS = {"Request": "RunRequest", "Output": "RunOutput", "Proof": "ProofWords"}
"""Solidity names that would say too little in Python, or another thing."""
BETWEEN_CONTRACTS = {"FormerGroup", "Hold", "NewLot", "Offered"}
"""Structs that only contracts exchange."""


def walk(parameter: dict[str, object]) -> list[dict[str, object]]:
    inner = parameter.get("components", [])
    assert isinstance(inner, list)
    return [parameter, *(found for component in inner for found in walk(component))]


def compiled_structs(artifacts: Artifacts) -> dict[str, list[str]]:
    """Fields of every struct that a function or event of the contracts names."""
    found: dict[str, list[str]] = {}
    for contract in NAMES:
        for entry in artifacts[contract].abi:
            for parameter in (*entry.get("inputs", ()), *entry.get("outputs", ())):
                for one in walk(parameter):
                    kind = str(one.get("internalType", ""))
                    components = one.get("components", [])
                    assert isinstance(components, list)
                    if kind.startswith("struct"):
                        name = kind.removeprefix("struct ").split(".")[-1].split("[")[0]
                        found[name] = [snake(component["name"]) for component in components]
    return found


def test_every_struct_has_the_fields_of_the_interface(artifacts: Artifacts) -> None:
    seen = set()
    in_python = {**vars(price_structs), **vars(structs)}
    for name, fields in compiled_structs(artifacts).items():
        if name not in BETWEEN_CONTRACTS:
            cls = in_python[STRUCTS.get(name, name)]
            assert fields == list(field_types(cls))
            seen.add(cls)
    classes = {
        cls
        for cls in in_python.values()
        if isinstance(cls, type) and issubclass(cls, structs.Struct) and cls is not structs.Struct
    }
    assert seen == classes


def test_the_plan_fits_the_constructors(artifacts: Artifacts) -> None:
    addresses = {name: "0x" + f"{at:040x}" for at, name in enumerate(NAMES, 1)}
    before: set[str] = set()
    for step in STEPS:
        assert {name for name in step.arguments if name not in FOUNDING_PARAMETERS} <= before
        artifact = artifacts[step.name]
        constructors = artifact.entries("constructor")
        names = [p["name"].rstrip("_") for p in constructors[0]["inputs"]] if constructors else []
        expected = [name if name in FOUNDING_PARAMETERS else name[0].lower() + name[1:]
                    for name in step.arguments]  # fmt: skip
        assert names == expected
        if constructors:
            encode_arguments(constructors[0], constructor_arguments(step, FOUNDING, addresses))
        before.add(step.name)
        assert 0 < len(artifact.bytecode) < 2 * 24_576, "EIP-170, twice for the constructor"


def test_what_may_be_replaced_keeps_nothing_itself(artifacts: Artifacts) -> None:
    """A next version of what keeps something would begin empty; Claims asks the version before.

    Custody keeps consents about open offers, which two judges give again.
    """
    assert "PARENT" in {entry["name"] for entry in artifacts["Claims"].entries("function")}
    keeps = {name for name in NAMES if _keeps_something(name)}
    assert keeps - {"Claims", "Custody"} == {*NAMES} - REPLACEABLE - {*VERIFIERS.values()}


def _keeps_something(name: str) -> bool:
    """Whether a contract has a variable that is neither constant nor immutable."""
    built = Path(__file__).parents[3] / "build" / "contracts" / f"{name}.json"
    tree = json.loads(built.read_text("utf-8"))["ast"]
    contracts = [node for node in tree["nodes"] if node["nodeType"] == "ContractDefinition"]
    return any(
        node["nodeType"] == "VariableDeclaration" and node["mutability"] == "mutable"
        for contract in contracts
        for node in contract["nodes"]
    )


def test_the_founding_act_fits_the_contracts(artifacts: Artifacts) -> None:
    addresses = {name: "0x" + f"{at:040x}" for at, name in enumerate(NAMES, 1)}
    hashes = {name: bytes([at]) * 32 for at, name in enumerate(NAMES, 1)}
    calls = first_act(FOUNDING)
    for call in calls:
        entry = artifacts[call.contract].entry("function", call.function)
        assert encode_call(entry, act_arguments(call, addresses, hashes))
    registered = [call.arguments[1] for call in calls if call.function == "register"]
    assert registered[0] == "Journal", "the Directory notes all others there"
    assert sorted(registered) == sorted(NAMES)
    assert {call.arguments[0] for call in calls if call.function == "setGrid"} == {1, 2, 3, 4, 5}
    models = [call.arguments[0] for call in calls if call.function == "setModelRule"]
    assert models == [0, 1, 2], "mass balance keeps nothing apart"
    writers = {(call.contract, call.arguments[0]) for call in calls if call.function == "setWriter"}
    assert ("LotBook", "Attestations") in writers
    assert {name for contract, name in writers if contract == "Journal"} == set(JOURNAL_WRITERS)
    assert set(VERIFIERS.values()) <= set(NAMES)


def test_structs_go_out_and_come_back(artifacts: Artifacts) -> None:
    request = structs.RunRequest(
        enums.RunKind.REBOOK, structs.ZERO32, (b"\1" * 32,),
        (structs.RunOutput(b"\2" * 32, 1, enums.Material.ORE),), enums.CustodyModel.SEGREGATED,
        True, (b"\1" + b"\3" * 176,), structs.ProofWords((7,) * 8),
    )  # fmt: skip
    entry = artifacts["Runs"].entry("function", "ctxOf")
    data = encode_arguments(entry, ["0x" + "11" * 20, request])
    _, values = decode_values(entry["inputs"], data, "a request")
    assert struct(structs.RunRequest, values) == request
    assert plain(request)[0] == 2


@pytest.mark.parametrize("arguments", [[], [b"\1" * 33], [5], ["0x12"]])
def test_arguments_that_do_not_fit_are_refused(
    artifacts: Artifacts, arguments: list[object]
) -> None:
    with pytest.raises(ArgumentInvalid):
        encode_call(artifacts["LotBook"].entry("function", "lotOf"), arguments)


def test_answers_that_do_not_fit_are_refused(artifacts: Artifacts) -> None:
    entry = artifacts["LotBook"].entry("function", "lotOf")
    with pytest.raises(AnswerMalformed):
        decode_values(entry["outputs"], b"\1" * 31, "lotOf")


def test_codes_that_this_version_does_not_know_stay_numbers(artifacts: Artifacts) -> None:
    entry = artifacts["LotBook"].entry("function", "lotOf")
    values = ["0x" + "11" * 20, 1, 0, 1, 0, 0, 1, 1, 5, 5, 27, 2, 2, 77, 9, 0, *[False] * 4, 5]
    lot = struct(structs.Lot, values)
    assert lot.material == 77
    assert lot.state is enums.LotState.ACTIVE
    assert len(values) == len(entry["outputs"][0]["components"])


@pytest.mark.parametrize(
    "text", ["", "0x", "11" * 20, "0x" + "11" * 19, "0x" + "zz" * 20,
             "0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266", " 0x" + "11" * 20,
             "0x" + "11" * 20 + "\n", "0x" + "11" * 19 + " 1", "0x" + "11" * 19 + "\u0661\u0661"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressMalformed):
        parse_address(text)


def test_addresses_are_checksummed() -> None:
    address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert parse_address(address.lower()) == address == parse_address("0x" + address[2:].upper())


def test_missing_artifacts_and_entries_are_named(artifacts: Artifacts, tmp_path: Path) -> None:
    with pytest.raises(ArtifactUnreadable, match=r"LotBook\.json"):
        _ = Artifacts(tmp_path)["LotBook"]
    with pytest.raises(EntryUnknown, match="LotBook has no function fly"):
        artifacts["LotBook"].entry("function", "fly")
    (tmp_path / "LotBook.json").write_text("{}")
    with pytest.raises(ArtifactUnreadable):
        _ = Artifacts(tmp_path)["LotBook"]


def test_an_event_of_another_version_is_noticed(artifacts: Artifacts) -> None:
    entry = artifacts["Custody"].entry("event", "LotAccepted")
    changed = {**entry, "inputs": [*entry["inputs"][:-1]]}
    with pytest.raises(EventTypeMismatch, match="LotAccepted"):
        shapes("Custody", [changed])
    assert LotAccepted.contract == "Custody"


def test_a_deployment_record_comes_back(tmp_path: Path) -> None:
    contract = DeployedContract(1, "0x" + "aB" * 20, "0x" + "00" * 32, 7)
    before = DeployedContract(1, "0x" + "ef" * 20, "0x" + "01" * 32, 6)
    contracts, former = {"LotBook": contract}, {"LotBook": (before,)}
    deployment = Deployment("anvil", 31337, "0x" + "11" * 32, contracts, former)
    path = tmp_path / "deployments" / "anvil.json"
    deployment.save(path)
    assert Deployment.load(path) == deployment
    assert deployment.first_block == 7
    assert deployment.name_at("0x" + "ab" * 20) == "LotBook"
    assert deployment.name_at("0x" + "cd" * 20) is None
    assert deployment.addresses("LotBook") == [contract.address, before.address]
    assert len(deployment.all_addresses()) == 2
    with pytest.raises(ContractNotDeployed):
        deployment.address("Custody")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "other"}',
     '{"format": "lodetrace-deployment/1", "contracts": {"A": {}}}'],
)  # fmt: skip
def test_a_damaged_deployment_record_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "anvil.json"
    path.write_text(text)
    with pytest.raises(DeploymentUnreadable, match=r"anvil\.json"):
        Deployment.load(path)
    with pytest.raises(DeploymentUnreadable):
        Deployment.load(tmp_path / "absent.json")

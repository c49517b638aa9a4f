// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "./IRuns.sol";
import {CustodyModel, Proof, RunKind} from "./Types.sol";

/// @title Products: units of lots are assigned to products (vehicles), each unit once, and retired with them
/// @notice A product at the end of its life is dismantled: an EndOfLife event of a dismantler's site attests so many
/// units of one lot. Its maker then retires these units. It is a run of the kind end of life, proven by the circuit
/// `rebook2` and told by the events of IRuns: the lot is consumed, and becomes a lot of retired units, free to be offered
/// to a recycler, and a lot of the rest, which stays assigned. All units have equal metal, so nothing of metal, carbon or
/// credit is lost, and totals over products that hold units of the consumed lot stand as they are.
///
/// Lots that became one another's rest are one series. A product's units of a series are retired once, and no more of
/// them than are assigned.
///
/// What ends less than 180 days after its product was sealed is marked as young: it is recovered with the credit of
/// manufacturing waste, not of post-consumer metal.
/// @dev Callers need the maker role. The event's commitment stands in no proof: the event says how many units, which are
/// public.
interface IProducts {
    struct Part {
        bytes32 lot;
        uint32 units;
    }

    /// @notice As IRuns.RunRecorded, of a run of the kind end of life.
    event RunRecorded(
        bytes32 indexed runId,
        address indexed account,
        bytes32 indexed eventId,
        RunKind kind,
        CustodyModel model,
        bool inBand,
        uint256[] publicSignals,
        Proof proof,
        address holder,
        bytes32[] inputs,
        IRuns.Output[] outputs,
        IRuns.Made made,
        bytes32 boxes
    );
    event ProductDeclared(bytes32 indexed product, address indexed account, bytes32 label);
    event UnitsAssigned(
        bytes32 indexed product, bytes32 indexed lot, uint32 sequence, uint16 element, uint32 units, uint32 part
    );
    event ProductSealed(bytes32 indexed product);
    /// @notice Part of a run of the kind end of life, before its RunRecorded.
    /// @param lot of which the product has units: the one that the run consumed, or an earlier one of its series
    event UnitsRetired(bytes32 indexed product, bytes32 indexed lot, bytes32 indexed runId, uint32 units);
    /// @notice The rest of a consumed lot: so many of its units are in products.
    event UnitsKept(bytes32 indexed lot, bytes32 indexed runId, uint32 sequence, uint32 units);

    error ProductExists(bytes32 product);
    error ProductUnknown(bytes32 product);
    error ProductIsSealed(bytes32 product);
    error NotProductOwner(bytes32 product, address account);
    error ProductNotSealed(bytes32 product);
    /// @notice So many units of the lot's series are in the product, and not retired yet.
    error UnitsNotInProduct(bytes32 product, bytes32 lot, uint32 left, uint32 units);
    /// @notice Scrap and retired products go to recovery, not into products.
    error NotAssignable(bytes32 lot, uint16 material);

    /// @param label keccak256 of the product's identifier and a salt of its maker
    /// @return product its id: keccak256(abi.encode(account of the maker, label))
    function declare(bytes32 label) external returns (bytes32 product);

    /// @notice Assigns units (at least 1) of a lot that the caller's account holds free; from then on the lot can
    /// only be assigned further or retired.
    function assign(bytes32 product, bytes32 lot, uint32 units) external;

    /// @notice No further parts: totals over a sealed product are complete.
    function seal(bytes32 product) external;

    /// @notice End of life of units of a sealed product of the caller's (ProductNotSealed), under an EndOfLife event of
    /// just that lot and number.
    /// @param request of the kind end of life (RunKindInvalid). One input: the lot of the event (IRuns.InputsNotNamed),
    /// which the caller's account holds, assigned, and which is of the product's series (UnitsNotInProduct). Outputs: the
    /// retired units, then the rest with all other units, of the lot's material; none where nothing is left
    /// @return runId as of IRuns.run, with this contract
    function retire(bytes32 product, IRuns.Request calldata request) external returns (bytes32 runId);

    /// @notice The public input that binds the proof (zk_circuits/SPEC.md, section 4).
    function ctxOf(address account, IRuns.Request calldata request) external view returns (uint256);

    /// @notice The word `rule` of zk_circuits/SPEC.md, section 6, that a request would be verified with.
    function ruleOf(IRuns.Request calldata request) external pure returns (uint256);

    function isSealed(bytes32 product) external view returns (bool);

    /// @notice 0 while it is not sealed.
    function sealedAt(bytes32 product) external view returns (uint40);

    /// @notice The first lot of the series; the lot itself, unless it is the rest of another.
    function seriesOf(bytes32 lot) external view returns (bytes32);

    /// @notice Units of a series that were retired with the product.
    function retiredUnits(bytes32 product, bytes32 series) external view returns (uint32);

    /// @notice 0 for an unknown product.
    function ownerOf(bytes32 product) external view returns (address);

    /// @notice In the order of assignment.
    function partsOf(bytes32 product, uint16 element) external view returns (Part[] memory);
}

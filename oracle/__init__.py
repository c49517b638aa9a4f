"""Oracle nodes: site documents, reports and attestations.

A document's way: sources → service/intake → examination (checks, rules, history) →
service/reports → service/submitter → service/outcomes. service/pipeline has it in order,
attest_files sends files by it, assembly puts a node together. prices has a wall of its own:
neither side imports the other, and only cli knows both.
"""

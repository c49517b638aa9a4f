"""The judge in the tests: an independent model of the balance rules.

Written from the prose of the rules (design: domain rules 1 to 10; zk_circuits/SPEC.md
sections 5 to 9) with exact integers and Fractions. It imports nothing from lodetrace or
zk_circuits, so that an error there cannot agree with itself here.

- balance: amounts of a lot, a total and an event
- rules: the names of all rules and how a refusal speaks
- judge: is a proposed birth, run, total or claim right, and which rules does it break?
- sharing: what the outputs of a run are, to the milligram
- claims: totals and claims
- prices: settlement prices and their ranges
- protocol_2: who may do what, when, and with which metal; every run of its histories is one that
  the judge here accepts
- poseidon: the hash of commitments, from its paper
"""

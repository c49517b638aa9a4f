"""The judge in the tests: an independent model of the balance rules.

Written from the prose of the rules (design: domain rules 1 to 10; zk_circuits/SPEC.md
sections 5 to 8) with exact integers and Fractions. It imports nothing from lodetrace or
zk_circuits, so that an error there cannot agree with itself here.

- balance: amounts of a lot, a total and an event
- rules: the names of all rules and how a refusal speaks
- judge: is a proposed birth, run, total or claim right, and which rules does it break?
- sharing: what the outputs of a run are, to the milligram
- history: a ledger of lots that applies births, runs, write-offs, totals and claims
- poseidon: the hash of commitments, from its paper
- story: recomputes a whole story of such steps and adds up where the metal went
"""

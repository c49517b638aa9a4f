"""The judge of protocol 2: who may do what, when, and with which metal.

The balance rules of `tests.model` say what one run may book. This package says what a run may
consume, whose word counts, and what happens once in the life of the chain. It is written from the
prose of the rules, imports nothing of the product, and keeps the physical truth beside the books:
every pile of metal knows the mines it came from, whatever the papers say.

- rules: the name of each rule, and how a refused act speaks
- terms: the times and limits of the rules
- ground: the clock, and the rules that an experiment lifts
- members: organisations, ownership groups, who may judge whom
- facts: certificates and determinations as they were recorded
- yard: the metal itself
- book: lots, custody, holds, and what is used once for ever
- events: what sites state and inspectors attest
- runs: births, runs, rebooks, losses
- trade: offers, disputes, settlements
- products: units in products, end of life
- network: all of them over one clock
- promises: what a proof promises, judged from the log of what happened and from the yard
"""

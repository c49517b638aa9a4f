"""What a member does with lots: one session, one file for each kind of operation.

    with Member.open(settings, keys) as member:
        born = file_birth(member, BirthOrder(event_id, event_opening, Material.HYDROXIDE))
        offer(member, [born.lot], receiver, expiry)

Every operation is idempotent: the same call again has no second effect and returns what the
first one did, which it finds on chain; the outbox is for what is still under way. A call with
something else in it is refused with what stands, or is a further act. Amounts are integers in mg,
ids are 32 bytes, times are seconds since 1970.
"""

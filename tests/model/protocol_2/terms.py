"""Times and limits of protocol 2, in seconds and parts per million."""

HOUR = 3_600
DAY = 24 * HOUR
PPM = 10**6

LAG = HOUR
"""Chain time may lag behind the world's: a fact counts as known from this much later."""

WINDOW = 7 * DAY
"""How long after the event a favourable fact may be recorded, where nothing spoke against it."""

RENEWAL_WINDOW = 90 * DAY
"""The same for a certificate that goes on after one of its certifier that ran to its end."""

GRACE = 72 * HOUR
"""How long after the end of an event its inputs may still arrive in the holder's custody."""

CERTIFIER_GRACE = 90 * DAY
"""How long certificates count whose certifier certifies no longer: another one takes them over."""

CERTIFICATE_TERM = 3 * 366 * DAY
DETERMINATION_TERM = 366 * DAY
DETERMINATION_AHEAD = 30 * DAY
SUSPICION_ALONE = 30 * DAY
"""How far back one group alone may date an unfavourable determination for good, and how long it
stands alone when it reaches further."""

FILING = 30 * DAY
ANSWER_TERM = 10 * DAY
"""How long a group of the panel has before another one is drawn in its place."""
CONSENT_TERM = 14 * DAY
"""How long a site's word is waited for once a quorum withdrew its document."""
PERIOD_TERM = 31 * DAY
CREDIT_TERM = 365 * DAY
"""How much older than a period its oldest metal may be, for its credits to pass."""
NAMED_TERM = 180 * DAY
OFFER_TERM = 90 * DAY
MIXED_WAIT = 24 * HOUR
"""How long a lot of several roots stays where it was made."""

JUDGE_AGE = 7 * DAY
"""How long a role is held before it judges."""

FIRST_HOLD = 14 * DAY
RENEWED_HOLD = 90 * DAY
FREEZE = 7 * DAY
FREEZE_AGAIN = 90 * DAY
PAUSE = 3 * DAY
PAUSE_AGAIN = 30 * DAY
PAUSE_VOTE = DAY

ACT_TERM = 120 * DAY
HEARING = 7 * DAY
"""How long an act that affects a group waits at least."""
NEW_GROUP_PAUSE = 30 * DAY

DISPUTE = 10 * DAY
SELLER_TURN = 7 * DAY
"""How long only the seller may carry out an approved settlement."""

RETIRE_AGE = 180 * DAY
"""Products younger than this are returned as manufacturing waste."""

WEIGHED = 10_000
"""Parts per million by which the scales of a seller and an honest buyer may differ over time."""

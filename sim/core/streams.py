"""The streams of random numbers: one number per purpose, so that no two draws coincide.

Numbers are never reused; new streams go at the end. A new mechanism then leaves the random numbers
of all others unchanged.
"""

from __future__ import annotations

# Before time starts: one draw per person (index: the trait's number) or per tie.
TRAIT = 1
FIRST_CUSTOMERS = 2
TENURE = 3
FAVOURITE = 4
EXPERIENCE = 5
TIES = 6  # index: which draw of the generator; who: person or block
REWIRING = 7
ATTACHMENT = 8
DEGREE = 9
DAY_FACTOR = 10
DEAL_SEEKER = 11

# In a run, keyed by need (`rng.draw_index`).
NEED_STEP = 20
NEED_KIND = 21
NEED_FAULT = 22
NEED_CAN_BE_MET = 23
PATIENCE = 24
HANDLING = 25
RESOLUTION = 26
RETRY = 27
RETRY_DELAY = 28
CALLBACK = 29
CALLBACK_DELAY = 30
CHOICE_SILENCE = 31  # then one stream per option, in the order of the records' choices
CHOICE_POLITE = 32
CHOICE_ANGRY = 33
CHOICE_PUBLIC = 34
CHOICE_EXIT = 35
COMPLAINT_DELAY = 36
LENIENCY = 37
TELLS = 38
CONVERSION = 39
APPEAL = 44
RULING = 45

# Stories: keyed by `rng.story_key`.
STORY = 50
TELLING_DELAY = 51
NUMBER_TOLD = 52
WHO_IS_TOLD = 53
RETELLS = 54
WHO_READS = 56

TELLS_TIER = 140

# Month ends: index is the month.
SPEND_NOISE = 70
CHURN = 71
ENQUIRY = 72
ENQUIRY_TIME = 73
NEVER_ASKS = 74
QUIT = 75
LEAK = 76
PARTNER = 77  # of a placebo
KEPT_OUT = 78  # of a trial: `who` is the person, or the pair of periods

# What a pool tells those who wait, keyed by need.
BALKS = 100
HANGS_UP_WHEN_OVERDUE = 101
ACCEPTS_CALLBACK = 102

# The rival: two draws before time starts; in a run the index is the month.
AT_RIVAL = 135
FITS_RIVAL = 136
TO_RIVAL = 137

# Word of mouth: keyed by `rng.story_key`; then one draw per person before time starts.
NUMBER_ROUNDED = 150
ACQUAINTANCES = 151
TIE_PLACE = 152

# Agents. `who` is the seat; index: how many held it before, the day, or the break of a shift.
AGENT_PACE = 110
AGENT_QUALITY = 111
ABSENCE = 112
BREAK_TAKEN = 113
BREAK_TIME = 114

# Second lines, keyed by need and by how often the contact was handed on (`lookups.hand_index`).
HANDS_ON = 120

# Plausible worlds: the seed of their sequence, and of each world by its place in it.
BELIEFS = 170
DRAW_SEED = 171
INTEGRAL = 172  # samples of what is not known of expected outcomes; `who` is the use

# Moments: abuse and being convinced are keyed by contact, being won back by month.
ABUSE = 160
TURNS_ROUND = 161
WON_BACK = 162
WON_BACK_AFTER = 163

# Designs of experiments: `who` is the factor, `index` the point.
DESIGN = 90

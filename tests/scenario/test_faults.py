"""A bag of broken files: each must end in exit code 2 and a fault at the right line and key."""

# ruff: noqa: E501 - a broken file a line reads best

import json

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import ScenarioError
from sim.scenario.reading.load import load, parse

LONG = "x" * 301

# text, line, key, part of the rule
BROKEN = {
    "misspelt": ("name: a\nmoths: 3\n", 2, "moths", "Did you mean `months`?"),
    "misplaced": ("name: a\npatience_minutes: 3\n", 2, "patience_minutes", "`people.patience_minutes`"),
    "misspelt_deep": ("name: a\nbehaviour: {talk: {retel: 1}}", 2, "behaviour.talk.retel", "`retell`"),
    "no_name": ("months: 3\n", 1, "name", "is required"),
    "empty_name": ("name: ''\n", 1, "name", "not be empty"),
    "long_name": (f"name: {LONG}\n", 1, "name", "at most 300"),
    "null_name": ("name:\n", 1, "name", "must be text"),
    "number_name": ("name: 12\n", 1, "name", 'Write "12" in quotes'),
    "empty_sweep": ("name: a\nsweep: {}\n", 2, "sweep.vary", "must name at least one path"),
    "no_switch": ("name: a\nmonths: 6\nswitch_month: 7\n", 3, "switch_month", "must be at most months, 6"),
    "switch_at_start": ("name: a\nswitch_month: 1\n", 2, "switch_month", "at least 2"),
    "secrecy": ("name: a\npolicies:\n  equal: {secrecy: secrt}\n", 3, "policies.equal.secrecy", "`secret`"),
    "half_an_offer": ("name: a\npolicies:\n  m: {offers: {newcomer: {share: 0.5}}}\n", 3, "policies.m.offers.newcomer.months", "is required"),
    "nowhere_to_go": ("name: a\npolicies:\n  m: {escalate: {below: 0.4}}\n", 3, "policies.m.escalate.pool", "is required"),
    "no_such_pool": ("name: a\npolicies:\n  m: {escalate: {below: 0.4, pool: bos}, pools: {boss: {}}}\n", 3, "policies.m.escalate.pool", "`boss`"),
    "pool_of_nobody": ("name: a\npolicies:\n  m: {pools: {boss: {agents: 0}}}\n", 3, "policies.m.pools.boss.agents", "at least 1"),
    "remedy_for_prospects": ("name: a\npolicies:\n  m: {enquiries: {remedy: 1}}\n", 3, "policies.m.enquiries.remedy", "is not a known key"),
    "privilege_of_a_voice": ("name: a\npolicies:\n  m: {voices: {angry: {privilege: 1}}}\n", 3, "policies.m.voices.angry.privilege", "is not a known key"),
    "no_strike": ("name: a\npolicies:\n  m: {dismiss: {strikes: 0}}\n", 3, "policies.m.dismiss.strikes", "at least 1"),
    "misspelt_score": ("name: a\npolicies:\n  m: {score: {referal: 1}}\n", 3, "policies.m.score.referal", "`referrals`"),
    "ombudsman_share": ("name: a\nbehaviour: {voice: {ombudsman: {share: 2}}}\n", 2, "behaviour.voice.ombudsman.share", "at most 1"),
    "planned_code": ("name: a\npolicies:\n  mine: 'module:Class'\n", 3, "policies.mine", "mapping of keys"),
    "bool_for_number": ("name: a\nseed: true\n", 2, "seed", "(got true)"),
    "bool_for_float": ("name: a\ncompany: {cash: true}\n", 2, "company.cash", "must be a number"),
    "text_for_number": ("name: a\nmonths: '36'\n", 2, "months", "Write 36."),
    "underscore": ("name: a\npeople:\n  count: 20_000\n", 3, "people.count", "Write 20000."),
    "comma": ("name: a\npeople: {favourite_share: '0,1'}\n", 2, "people.favourite_share", "Write 0.1."),
    "percent": ("name: a\npeople: {favourite_share: 10%}\n", 2, "people.favourite_share", "Write 0.1."),
    "sexagesimal": ("name: a\nseed: 12:30\n", 2, "seed", "(got '12:30')"),
    "yes": ("name: a\npolicies: {equal: {overrule: yes}}\n", 2, "policies.equal.overrule", "Write true."),
    "off": ("name: a\npolicies: {equal: {overrule: off}}\n", 2, "policies.equal.overrule", "Write false."),
    "one_for_true": ("name: a\npolicies: {equal: {overrule: 1}}\n", 2, "policies.equal.overrule", "true or false"),
    "nan": ("name: a\ncompany:\n  cash: .nan\n", 3, "company.cash", "finite"),
    "inf": ("name: a\ncompany:\n  cash: -.inf\n", 3, "company.cash", "finite"),
    "overflow": ("name: a\ncompany: {cash: 1e999}\n", 2, "company.cash", "finite"),
    "endless_int": (f"name: a\nmonths: {'9' * 5000}\n", 2, "months", "whole number"),
    "fraction": ("name: a\nmonths: 1.5\n", 2, "months", "whole number"),
    "negative": ("name: a\nmonths: -1\n", 2, "months", "at least 0"),
    "too_many": ("name: a\nmonths: 1201\n", 2, "months", "at most 1200"),
    "big_seed": ("name: a\nseed: 4294967296\n", 2, "seed", "at most 4294967295"),
    "no_replications": ("name: a\nreplications: 0\n", 2, "replications", "at least 1"),
    "share": ("name: a\npeople: {favourite_share: 1.2}\n", 2, "people.favourite_share", "at most 1"),
    "null_section": ("name: a\npeople:\nmonths: 1\n", 2, "people", "mapping of keys"),
    "list_section": ("name: a\npeople: [1]\n", 2, "people", "mapping of keys"),
    "text_section": ("name: a\nstaff: off\n", 2, "staff", "the word none"),
    "perception_off": ("name: a\nbehaviour: {perception: none}\n", 2, "behaviour.perception", "mapping"),
    "customers": ("name: a\npeople:\n  count: 3\n  customers: 5\n", 4, "people.customers", "at most people.count"),
    "beta": ("name: a\npeople:\n  fairness: {mean: 0.5, cv: 1}\n", 3, "people.fairness.cv", "below 1"),
    "top20": ("name: a\npeople: {spend: {top20_share: 0.1}}\n", 2, "people.spend.top20_share", "at least 0.2"),
    "pareto": ("name: a\npeople: {spend: {law: paretto}}\n", 2, "people.spend.law", "`pareto`"),
    "no_trait": ("name: a\npeople: {correlations: {spend~tempr: 0.1}}\n", 2, "people.correlations.spend~tempr", "`temper`"),
    "no_pair": ("name: a\npeople: {correlations: {spend: 0.1}}\n", 2, "people.correlations.spend", "two traits"),
    "self_pair": ("name: a\npeople: {correlations: {spend~spend: 1}}\n", 2, "people.correlations.spend~spend", "itself"),
    "pair_twice": ("name: a\npeople:\n  correlations:\n    spend~temper: 0.1\n    temper~spend: 0.1\n", 5, "people.correlations.temper~spend", "before"),
    "correlation": ("name: a\npeople: {correlations: {spend~temper: 1.1}}\n", 2, "people.correlations.spend~temper", "at most 1"),
    "indefinite": ("name: a\npeople:\n  correlations: {spend~temper: 0.9, spend~honesty: 0.9, temper~honesty: -0.9}\n", 3, "people.correlations", "positive definite"),
    "ties_of_nobody": ("name: a\nnetwork: {kind: none}\npeople:\n  correlations: {spend~ties: 0.4}\n", 4, "people.correlations.spend~ties", "network.kind: none"),
    "talk_threshold": ("name: a\nbehaviour: {talk: {threshold: 0.2}}\n", 2, "behaviour.talk.threshold", "strength"),
    "talk_listen": ("name: a\nbehaviour: {talk: {listen: 0.2}}\n", 2, "behaviour.talk.listen", "shift_good"),
    "no_customer_file": ("name: a\npeople:\n  file: nobody.csv\n", 3, "people.file", "file that exists"),
    "columns_alone": ("name: a\npeople:\n  columns: {id: no}\n", 3, "people.columns", "people.file"),
    "no_column": ("name: a\npeople: {columns: {spnd: x}}\n", 2, "people.columns.spnd", "`spend`"),
    "no_edge_file": ("name: a\nnetwork: {kind: file}\n", 2, "network.file", "required"),
    "edge_file_unused": ("name: a\nnetwork: {file: broken.yaml}\n", 2, "network.file", "kind: file"),
    "odd_degree": ("name: a\nnetwork: {mean_degree: 3}\n", 2, "network.mean_degree", "even"),
    "degree": ("name: a\npeople: {count: 10}\n", 1, "network.mean_degree", "must be at most 9"),
    "no_needs": ("name: a\nneeds: []\n", 2, "needs", "at least one"),
    "needs_mapping": ("name: a\nneeds: {question: 1}\n", 2, "needs", "must be a list"),
    "need_sum": ("name: a\nneeds:\n  - {name: q, share: 0.9, minutes: 1, resolved: 1}\n", 2, "needs", "sum to 0.9"),
    "need_twice": ("name: a\nneeds:\n  - {name: q, share: 0.5, minutes: 1, resolved: 1}\n  - {name: q, share: 0.5, minutes: 1, resolved: 1}\n", 4, "needs.1.name", "earlier"),
    "need_reserved": ("name: a\nneeds:\n  - {name: enquiry, share: 1, minutes: 1, resolved: 1}\n", 3, "needs.0.name", "reserved"),
    "need_incomplete": ("name: a\nneeds:\n  - {name: q, share: 1, minutes: 1}\n", 3, "needs.0.resolved", "required"),
    "bad_name": ("name: a\nneeds:\n  - {name: a.b, share: 1, minutes: 1, resolved: 1}\n", 3, "needs.0.name", "letters"),
    "law_text": ("name: a\ndesk:\n  enquiry_minutes: five\n", 3, "desk.enquiry_minutes", "number or a mapping"),
    "law_no_cv": ("name: a\ndesk:\n  enquiry_minutes: {mean: 5}\n", 3, "desk.enquiry_minutes.cv", "required"),
    "law_no_mean": ("name: a\ndesk:\n  enquiry_minutes: {cv: 1}\n", 3, "desk.enquiry_minutes.mean", "required"),
    "law_zero": ("name: a\ndesk:\n  enquiry_minutes: {mean: 0, cv: 1}\n", 3, "desk.enquiry_minutes.mean", "above 0"),
    "law_name": ("name: a\ndesk:\n  enquiry_minutes: {law: gama, mean: 1, cv: 1}\n", 3, "desk.enquiry_minutes.law", "`gamma`"),
    "law_exponential": ("name: a\ndesk:\n  enquiry_minutes: {law: exponential, mean: 1, cv: 2}\n", 3, "desk.enquiry_minutes.cv", "must be 1"),
    "law_constant": ("name: a\ndesk:\n  enquiry_minutes: {law: constant, mean: 1, cv: 2}\n", 3, "desk.enquiry_minutes.cv", "must be 0"),
    "law_empirical": ("name: a\ndesk:\n  enquiry_minutes: {law: empirical, values: [1]}\n", 3, "desk.enquiry_minutes.values", "at least 2"),
    "law_both": ("name: a\ndesk:\n  enquiry_minutes: {law: empirical, values: [1, 2], mean: 3}\n", 3, "desk.enquiry_minutes.mean", "leave it out"),
    "day": ("name: a\ndesk:\n  opening:\n    mn: '08:00-18:00'\n", 4, "desk.opening.mn", "not a day"),
    "hours": ("name: a\ndesk:\n  opening: {mon: 8-18}\n", 3, "desk.opening.mon", "08:00-18:00"),
    "late": ("name: a\ndesk:\n  opening: {mon: '08:00-24:30'}\n", 3, "desk.opening.mon", "24:00"),
    "night": ("name: a\ndesk:\n  opening: {mon: '22:00-06:00'}\n", 3, "desk.opening.mon", "end after it starts"),
    "overlap": ("name: a\ndesk:\n  opening:\n    mon-fri: '08:00-18:00'\n    wed: '17:00-20:00'\n", 5, "desk.opening.wed", "overlaps"),
    "never_open": ("name: a\ndesk:\n  opening: {}\n", 3, "desk.opening", "open at some time"),
    "weights": ("name: a\ndesk:\n  opening: [1, 2]\n", 3, "desk.opening", "168"),
    "strikes": ("name: a\npolicies: {m: {dismiss: {strikes: 1e19}}}\n", 2, "policies.m.dismiss.strikes", "at most"),
    "fairness": ("name: a\npeople: {fairness: {mean: 1e-300}}\n", 2, "people.fairness.mean", "at least 1e-06"),
    "seed": ("name: a\nreplications: 1e30\n", 2, "replications", "at most"),
    "weight": (f"name: a\ndesk:\n  opening: [{'1, ' * 167}x]\n", 3, "desk.opening.167", "from 1e-6 to 1e6"),
    "pool_weights": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, opening: [1]}\n", 4, "desk.pools.f.opening", "desk.opening"),
    "no_pools": ("name: a\ndesk: {pools: {}}\n", 2, "desk.pools", "at least one"),
    "no_agents": ("name: a\ndesk:\n  pools:\n    f: {}\n", 4, "desk.pools.f.agents", "required"),
    "shifts_and_agents": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, shifts: [{agents: 1, hours: always}]}\n", 4, "desk.pools.f.agents", "shifts"),
    "absent_for_ever": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, shrinkage: 0.1}\n", 4, "desk.pools.f.shrinkage", "working days that end"),
    "always_absent": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, shrinkage: 1}\n", 4, "desk.pools.f.shrinkage", "below 1"),
    "unpaid_absence_of_nobody": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, shrinkage_paid: false}\n", 4, "desk.pools.f.shrinkage_paid", "without shrinkage"),
    "breaks_of_no_share": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, breaks: {minutes: 10}}\n", 4, "desk.pools.f.breaks.share", "is required"),
    "always_on_break": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, breaks: {share: 0.6}}\n", 4, "desk.pools.f.breaks.share", "at most 0.5"),
    "skill_in_nothing": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, skills: {falt: 1}}\n", 4, "desk.pools.f.skills.falt", "`fault`"),
    "nobody_can": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, skills: {fault: 0, complaint: 0}}\n", 4, "desk.pools.f.skills", "leaves fault, complaint to nobody"),
    "helper_cannot": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, skills: {fault: 0}}\n    g: {agents: 1, serves: [], skills: {fault: 0}, helps: [f]}\n", 4, "desk.pools.f.skills", "leaves fault to nobody"),
    "hardly_a_skill": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, skills: {fault: 0.001}}\n", 4, "desk.pools.f.skills.fault", "0.01 to 10"),
    "handed_to_who_cannot": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, hands_on_to: {pool: g, share: 1, needs: [fault]}}\n    g: {agents: 1, serves: [], skills: {fault: 0}}\n", 4, "desk.pools.f.hands_on_to.pool", "nobody can do fault"),
    "sent_to_who_cannot": ("name: a\ndesk:\n  pools:\n    f: {agents: 1}\n    g: {agents: 1, serves: [], skills: {complaint: 0}}\npolicies:\n  m: {voices: {angry: {pool: g}}}\n", 7, "policies.m.voices.angry.pool", "nobody can do complaint"),
    "half_overflow": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, overflow: g}\n    g: {agents: 1, serves: []}\n", 4, "desk.pools.f.overflow_minutes", "go together"),
    "overflow_circle": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, overflow: g, overflow_minutes: 1}\n    g: {agents: 1, serves: [], overflow: f, overflow_minutes: 1}\n", 4, "desk.pools.f.overflow", "circle"),
    "answer_at_once": ("name: a\ndesk:\n  answer_within_seconds: [20, 0]\n", 3, "desk.answer_within_seconds.1", "at least 1"),
    "answer_twice": ("name: a\ndesk:\n  answer_within_seconds: [20, 20]\n", 3, "desk.answer_within_seconds.1", "listed already"),
    "answer_half": ("name: a\ndesk:\n  answer_within_seconds: [0.5]\n", 3, "desk.answer_within_seconds.0", "whole number"),
    "answer_uncounted": ("name: a\npolicies: {equal: {}}\nhypotheses:\n  - {name: h, claim: 'answered_within_20s[equal] > 0.8'}\n", 4, "hypotheses.0.claim", "add 20 to desk.answer_within_seconds"),
    "hand_over_to_nobody": ("name: a\ndesk:\n  pools:\n    f: {agents: 2, hand_over_minutes: 2}\n", 4, "desk.pools.f.hand_over_minutes", "all agents go off together"),
    "hand_over_at_once": ("name: a\ndesk:\n  pools:\n    f: {shifts: [{agents: 1, hours: {daily: '00:00-24:00'}}, {agents: 1, hours: always}], hand_over_minutes: 2}\n", 4, "desk.pools.f.hand_over_minutes", "all agents go off together"),
    "second_line_circle": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, hands_on_to: {pool: g, share: 0.1}}\n    g: {agents: 1, serves: [], hands_on_to: {pool: f, share: 0.1}}\n", 4, "desk.pools.f.hands_on_to.pool", "hands on in a circle"),
    "second_line_itself": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, hands_on_to: {pool: f, share: 0.1}}\n", 4, "desk.pools.f.hands_on_to.pool", "another pool"),
    "second_line_share": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, hands_on_to: {pool: g, share: 0}}\n    g: {agents: 1, serves: []}\n", 4, "desk.pools.f.hands_on_to.share", "above 0"),
    "second_line_need": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, hands_on_to: {pool: g, share: 0.1, needs: [fautl]}}\n    g: {agents: 1, serves: []}\n", 4, "desk.pools.f.hands_on_to.needs.0", "`fault`"),
    "second_line_no_need": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, hands_on_to: {pool: g, share: 0.1, needs: []}}\n    g: {agents: 1, serves: []}\n", 4, "desk.pools.f.hands_on_to.needs", "name a need"),
    "helps_itself": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, helps: [f]}\n", 4, "desk.pools.f.helps.0", "another pool"),
    "helps_nobody": ("name: a\ndesk:\n  pools:\n    front: {agents: 1, helps: [fromt]}\n", 4, "desk.pools.front.helps.0", "`front`"),
    "serves_nothing": ("name: a\ndesk:\n  pools:\n    f: {agents: 1}\n    g: {agents: 1, serves: [fautl]}\n", 5, "desk.pools.g.serves.0", "`fault`"),
    "unserved": ("name: a\ndesk:\n  pools:\n    f: {agents: 1, serves: [question, fault, complaint]}\n", 3, "desk.pools", "`enquiry`"),
    "served_twice": ("name: a\ndesk:\n  pools:\n    f: {agents: 1}\n    g: {agents: 1, serves: [fault]}\n    h: {agents: 1, serves: [fault]}\n", 6, "desk.pools.h.serves", "by g already"),
    "two_rests": ("name: a\ndesk:\n  pools:\n    f: {agents: 1}\n    g: {agents: 1}\n", 5, "desk.pools.g", "only one pool"),
    "weights_sum": ("name: a\nbehaviour:\n  perception:\n    weights: {wait: 0.5}\n", 4, "behaviour.perception.weights", "sum to 1.25"),
    "no_policies": ("name: a\npolicies: {}\n", 2, "policies", "at least one"),
    "unknown_policy": ("name: a\npolicies:\n  equl: {}\n", 3, "policies.equl", "`equal`"),
    "unknown_like": ("name: a\npolicies:\n  mine: {like: equl}\n", 3, "policies.mine.like", "`equal`"),
    "like_circle": ("name: a\npolicies:\n  one: {like: two}\n  two: {like: one}\n", 3, "policies.one.like", "itself"),
    "like_list": ("name: a\npolicies:\n  one: {like: [equal]}\n", 3, "policies.one.like", "must name a policy"),
    "no_voice": ("name: a\npolicies:\n  mine: {voices: {loud: {class: 1}}}\n", 3, "policies.mine.voices.loud", "polite, angry, public"),
    "observable": ("name: a\npolicies:\n  mine: {score: {spnd: 1}}\n", 3, "policies.mine.score.spnd", "`spend`"),
    "no_score": ("name: a\npolicies:\n  mine: {tiers: [{name: all}]}\n", 3, "policies.mine.tiers", "score"),
    "last_cut": ("name: a\npolicies:\n  mine: {score: {spend: 1}, tiers: [{name: all, top_share: 0.1}]}\n", 3, "policies.mine.tiers.0.top_share", "last tier"),
    "no_cut": ("name: a\npolicies:\n  mine: {score: {spend: 1}, tiers: [{name: a}, {name: b}]}\n", 3, "policies.mine.tiers.0", "exactly one"),
    "shares_over_1": ("name: a\npolicies:\n  mine: {score: {spend: 1}, tiers: [{name: a, top_share: 0.6}, {name: b, top_share: 0.6}, {name: c}]}\n", 3, "policies.mine.tiers.1.top_share", "at or below 1"),
    "class": ("name: a\npolicies:\n  mine: {everyone: {class: 10}}\n", 3, "policies.mine.everyone.class", "at most 9"),
    "python_name": ("name: a\npolicies:\n  mine: {everyone: {rank_class: 1}}\n", 3, "policies.mine.everyone.rank_class", "not a known key"),
    "no_pool": ("name: a\npolicies:\n  mine: {everyone: {pool: frontlin}}\n", 3, "policies.mine.everyone.pool", "`frontline`"),
    "duplicate": ("name: a\nmonths: 1\nmonths: 2\n", 3, "months", "first in line 2"),
    "tag": ("name: a\nseed: !!python/object/apply:os.getpid []\n", 2, "", "tags are refused"),
    "local_tag": ("name: !mine a\n", 1, "", "tags are refused"),
    "merge_key": ("name: a\npeople: {<<: {count: 3}}\n", 2, "people.<<", "merge keys"),
    "list_key": ("name: a\n? [1, 2]\n: 3\n", 2, "", "text as keys"),
    "recursive": ("name: a\nneeds: &x [*x]\n", 2, "needs.0", "contains itself"),
    "no_anchor": ("name: *x\n", 1, "", "not YAML"),
    "syntax": ("name: a\nneeds: [1, 2\n", 3, "", "not YAML"),
    "colon": ("name: a: b\n", 1, "", "unquoted"),
    "tab": ("people:\n\tcount: 3\n", 2, "", "spaces, not tabs"),
    "two_documents": ("name: a\n---\nname: b\n", 2, "", "single YAML document"),
    "empty": ("", 1, "", "is empty"),
    "comments_only": ("# nothing\n", 1, "", "is empty"),
    "null": ("null\n", 1, "", "mapping of keys"),
    "list": ("- name: a\n", 1, "", "mapping of keys"),
    "text": ("hello\n", 1, "", "mapping of keys"),
    "control": ("name: a\x07b\n", 1, "", "control characters"),
    "surrogate": ('name: "\\ud800"\n', 1, "name", "Unicode"),
    "deep": (f"name: a\nneeds: {'[' * 5000}\n", 2, "", "nested more than 40"),
    "no_base": ("base: nowhere.yaml\nname: a\n", 1, "base", "does not exist"),
    "base_list": ("base: [a.yaml]\nname: a\n", 1, "base", "name of a scenario file"),
    "base_nul": ('name: a\nbase: "a\\0b"\n', 2, "base", "does not exist"),
    "base_long": (f"name: a\nbase: {LONG}\n", 2, "base", "does not exist"),
    "file_nul": ('name: a\npeople: {file: "a\\0b"}\n', 2, "people.file", "file that exists"),
    "file_long": (f"name: a\npeople: {{file: {LONG}}}\n", 2, "people.file", "file that exists"),
    "base_itself": ("name: a\nbase: broken.yaml\n", 2, "base", "based on itself"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_names_file_line_key_and_rule(kind, tmp_path):
    text, line, key, rule = BROKEN[kind]
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    told = CliRunner().invoke(app, ["check", str(file)])
    assert told.exit_code == 2, told.output
    assert told.exception is None or isinstance(told.exception, SystemExit)
    start = f"{file}:{line}:"
    found = [one for one in told.stderr.splitlines() if one.startswith(start) and rule in one]
    # What is wrong with the file as a whole is said without a key.
    assert any(f" {key}: " in one or not key for one in found), told.stderr


def broken_bytes(kind):
    bomb = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10))
    return {
        "latin": ("name: a\ndescribe: caf\xe9\n".encode("latin-1"), 2, "UTF-8"),
        "utf16": ("name: a\n".encode("utf-16"), 1, "UTF-8"),
        "large": (b"name: a\n" + b"#" * 2**20, 0, "1 MiB"),
        "bomb": (f"a0: &a0 [1, 1, 1]\n{bomb}".encode(), 0, "aliases repeat more than"),
    }[kind]


@pytest.mark.parametrize("kind", ["latin", "utf16", "large", "bomb"])
def test_refuses_bytes_that_are_no_scenario(kind, tmp_path):
    data, line, rule = broken_bytes(kind)
    file = tmp_path / "broken.yaml"
    file.write_bytes(data)
    with pytest.raises(ScenarioError) as caught:
        load(file)
    fault = next(one for one in caught.value.faults if rule in one.rule)
    assert line in (0, fault.line)


def test_missing_file_suggests_a_neighbour(tmp_path):
    (tmp_path / "broadband.yaml").write_text("name: a\n")
    with pytest.raises(ScenarioError, match=r"does not exist.*broadband\.yaml"):
        load(tmp_path / "brodband.yaml")


@pytest.mark.parametrize("path", ["", "a\0b", "x" * 5000])
def test_no_file_at_all(path):
    with pytest.raises(ScenarioError, match=r"is a folder|cannot be read"):
        load(path)


def test_folder_is_no_file(tmp_path):
    with pytest.raises(ScenarioError, match="is a folder"):
        load(tmp_path)


def test_tells_all_faults_at_once_in_the_order_of_the_file():
    text = """\
name: a
months: -1
months: 2
people: {count: yes, correlations: {spend~spend: 1}}
needs:
  - {name: q, share: 0.5, minutes: {mean: 1}, resolved: 2}
desk: {day_cv: x, pools: {f: {agents: -1}}}
policies: {mine: {like: nobody}, other: {review_months: 0}}
"""
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    keys = [(fault.line, fault.key) for fault in caught.value.faults]
    assert keys == [
        (2, "months"),
        (3, "months"),
        (4, "people.count"),
        (4, "people.correlations.spend~spend"),
        (6, "needs.0.minutes.cv"),
        (6, "needs.0.resolved"),
        (7, "desk.day_cv"),
        (7, "desk.pools.f.agents"),
        (8, "policies.mine.like"),
        (8, "policies.other.review_months"),
    ]


def test_rules_across_sections_are_told_beside_faults_elsewhere():
    with pytest.raises(ScenarioError) as caught:
        parse("name: a\nmonths: x\ndesk: {pools: {f: {agents: 1, serves: [fault]}}}\n")
    assert {fault.key for fault in caught.value.faults} == {"months", "desk.pools"}


def test_faults_as_json(tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text("name: a\nmoths: 3\n")
    told = CliRunner().invoke(app, ["check", str(file), "--json"])
    assert told.exit_code == 2
    answer = json.loads(told.stdout)
    assert not answer["sound"]
    assert answer["faults"][0] == {
        "file": str(file),
        "line": 2,
        "column": 1,
        "key": "moths",
        "rule": "is not a known key",
        "value": "",
        "suggestion": "Did you mean `months`?",
    }


def test_counts_faults_beyond_what_anybody_reads():
    text = "name: a\n" + "".join(f"k{i}: 1\n" for i in range(300))
    with pytest.raises(ScenarioError, match="has 100 more faults") as caught:
        parse(text)
    assert len(caught.value.faults) == 201


def test_chains_of_policies_and_paths_end_somewhere():
    likes = "".join(f"  p{i}: {{like: p{i + 1}}}\n" for i in range(500))
    with pytest.raises(ScenarioError, match="chain of more than 40 policies"):
        parse(f"name: a\npolicies:\n{likes}  p500: {{like: equal}}\n")
    with pytest.raises(ScenarioError, match="more than 40 deep"):
        parse("name: a\n", sets=[f"people{'.a' * 5000}=1"])

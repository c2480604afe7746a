"""The mechanisms of the model: what each does, and which keys switch it off.

A mechanism is something that happens to people, agents or the product whatever the policy; it can
be switched off by itself. The values that stand for a whole section that is `none`, the page of
ablations and its tests, and ``sim explain`` follow from this declaration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from sim.errors import CommandError, nearest

__all__ = ["GROUPS", "MECHANISMS", "Mechanism", "neutral_values", "switched_off"]

_NEVER = 1.0e9  # minutes
_NO_VOICE = {"base": -1000.0, "slope": 0.0}


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Something that the model lets happen, and that can be switched off.

    Attributes
    ----------
    name : str
        Its identifier.
    group : str
        The group that it belongs to; a group is switched off as a whole.
    title : str
        What happens, in a few words.
    does : str
        What it does, as a sentence.
    off : mapping of str to object
        The keys that switch it off, by dotted path with `*` for every pool, and the value that each
        then has.
    """

    name: str
    group: str
    title: str
    does: str
    off: Mapping[str, object]


def _declared(
    group: str, section: str, *rows: tuple[str, str, str, tuple[str, object]]
) -> list[Mechanism]:
    """Return mechanisms of a group, each switched off by one key of a section.

    A row has the mechanism's name, its title, what it does, and the key with its value.
    """
    return [
        Mechanism(name, group, title, does, {f"{section}{key}": value})
        for name, title, does, (key, value) in rows
    ]


_ALL = [
    *_declared(
        "perception", "behaviour.perception.",
        ("wait_felt", "waits are felt",
         "A long wait lowers the perceived quality of an encounter.",
         ("tolerable_wait_minutes", _NEVER)),
        ("courtesy_felt", "courtesy is felt",
         "Courtesy raises the perceived quality of an encounter.",
         ("weights", {"wait": 0.25, "outcome": 0.75, "courtesy": 0.0})),
        ("failure_felt", "an answer that does not help is felt",
         "An encounter that leaves the need unresolved is perceived as worse.",
         ("unresolved", 1.0)),
        ("relief_felt", "being put right without money is not enough",
         "A complaint that is granted without money leaves something to be desired.",
         ("relief", 1.0)),
        ("refusal_felt", "a refusal is felt",
         "A refusal, even an explained one, is perceived as worse.", ("explained_no", 1.0)),
        ("morale_felt", "a worn agent is less kind",
         "An agent of low morale shows less courtesy.", ("morale", 0.0)),
    ),
    *_declared(
        "satisfaction", "behaviour.satisfaction.",
        ("delight", "delight raises satisfaction",
         "Quality above expectation raises satisfaction.", ("gain", 0.0)),
        ("disappointment", "disappointment lowers satisfaction",
         "Quality below expectation lowers satisfaction.", ("loss", 0.0)),
        ("entitlement", "big spenders expect more",
         "Customers who spend more than others expect more.", ("entitlement", 0.0)),
        ("drift", "satisfaction drifts to its baseline",
         "Each month satisfaction goes part of the way to its baseline.",
         ("drift_per_month", 0.0)),
        ("trust", "trust follows satisfaction",
         "Each month trust moves toward satisfaction.", ("trust_rate", 0.0)),
    ),
    *_declared(
        "expectation", "behaviour.expectation.",
        ("adaptation", "experience moves expectation",
         "Expectation moves toward the quality perceived.", ("adapt", 0.0)),
        ("market", "the market holds expectation",
         "What competitors deliver holds expectation where it is.", ("market_weight", 0.0)),
    ),
    *_declared(
        "contact", "behaviour.contact.",
        ("retrial", "trying again", "Some who hang up try again later.", ("retry", 0.0)),
        ("callback", "calling back",
         "Some whose need is unresolved call back.", ("callback", 0.0)),
        ("effort_felt", "having to come back is felt",
         "Another attempt about the same need is felt as minutes of waiting.",
         ("again_felt_minutes", 0.0)),
    ),
    *_declared(
        "waiting", "behaviour.waiting.",
        ("balking", "a long announced wait turns callers away",
         "Some who hear of a wait beyond their patience hang up at once.", ("balk", 0.0)),
        ("overdue", "an announced wait that is exceeded wears patience down",
         "Patience runs out faster once the announced wait is over.", ("overdue_hazard", 1.0)),
        ("overdue_spike", "some wait just as long as was announced",
         "Some hang up at the moment when the announced wait is over.", ("overdue_spike", 0.0)),
        ("callback_accepted", "some accept to be called back",
         "Some to whom a call-back is offered stop holding the line.", ("accepts_callback", 0.0)),
        ("callback_felt", "a wait for a call-back is felt less",
         "Waiting for a call-back is felt less than holding the line.", ("callback_felt", 1.0)),
    ),
    *_declared(
        "desk", "desk.pools.*.",
        ("announcements", "waits are announced",
         "Those who join a queue hear how long the wait will be.", ("announce", "none")),
        ("callback_offers", "call-backs are offered",
         "Those who wait are offered to be called back.", ("callback_offer", "none")),
        ("second_line", "a second line takes over",
         "Part of the contacts are handed on to a second line.", ("hands_on_to", None)),
        ("hand_over", "a colleague takes over when a shift ends",
         "What an agent has in hand when the shift ends goes to a colleague.",
         ("hand_over_minutes", None)),
        ("skills", "agents are slower at some kinds, or cannot do them",
         "Agents of a pool take longer for some kinds of contact, and cannot do others.",
         ("skills", {})),
        ("breaks", "agents take breaks",
         "Agents are away on breaks for part of their shift.", ("breaks.share", 0.0)),
        ("absence", "agents are absent",
         "Agents are ill, on leave or in training on part of their working days.",
         ("shrinkage", 0.0)),
        ("agents_pace", "some agents are slower",
         "Some agents take longer than others for the same work.", ("speed_cv", 0.0)),
        ("agents_quality", "some agents resolve more",
         "Some agents resolve more needs than others.", ("quality_sd", 0.0)),
    ),
    *_declared(
        "demand", "",
        ("abandonment", "hanging up",
         "Those whose patience ends hang up, where no need or pool has patience of its own.",
         ("people.patience_minutes", "unlimited")),
        ("difficulty", "some are more difficult",
         "Handling takes longer with some people than with others.", ("people.difficulty.cv", 0.0)),
        ("busy_days", "busy and quiet days",
         "Demand differs from day to day.", ("desk.day_cv", 0.0)),
        ("demanding", "some demand what cannot be met",
         "Part of the needs cannot be met, and are refused.",
         ("people.demanding_share", {"mean": 0.0, "cv": 0.0})),
        ("understanding", "some understand a no that is explained",
         "To some an explained refusal is worth much of being helped.",
         ("people.understanding", {"mean": 0.0, "cv": 0.0})),
        ("dishonesty", "complaining without cause",
         "Some complain though nothing went wrong.",
         ("people.honesty", {"mean": 1000.0, "sd": 0.0})),
        ("spend_noise", "spend differs from month to month",
         "A customer's spend varies about its mean.", ("people.spend.noise_cv", 0.0)),
    ),
    *_declared(
        "voice", "behaviour.voice.",
        ("voice_polite", "complaining politely",
         "Some of the disappointed complain politely.", ("polite", _NO_VOICE)),
        ("voice_angry", "complaining in anger",
         "Some of the disappointed complain in anger.", ("angry", _NO_VOICE)),
        ("voice_public", "complaining in public",
         "Some of the disappointed complain in public.", ("public", _NO_VOICE)),
        ("exit", "leaving at once",
         "Some of the disappointed leave at once.", ("exit", _NO_VOICE)),
        ("loudness", "the loud complain more",
         "Loud people complain more often, in every voice.", ("loudness", 0.0)),
        ("temper", "the hot-tempered get angry",
         "Hot-tempered people complain in anger more often.", ("temper", 0.0)),
        ("audience", "those with an audience use it",
         "People with many followers complain in public more often.", ("audience", 0.0)),
        ("learning", "experience teaches what complaining brings",
         "A remedy makes a customer use the same voice again.", ("learning", 0.0)),
        ("social_learning", "hearsay teaches what complaining brings",
         "A story of a remedy makes its hearers use that voice.", ("social_learning", 0.0)),
        ("persistence", "complaining again differs from complaining",
         "A second complaint about the same matter comes more or less easily than a first.",
         ("persistence", 0.0)),
        ("abuse", "some of the angry are abusive",
         "Some angry complaints are abusive, the more the hotter the temper.",
         ("abusive_share", 0.0)),
        ("turning_round", "facts turn some of the angry round",
         "An explanation convinces some who complained in anger or in public.",
         ("turns_round", 0.0)),
        ("ombudsman", "appealing to the ombudsman",
         "Some whose second complaint is refused turn to a complaints body.",
         ("ombudsman.share", 0.0)),
        ("ombudsman_fee", "the ombudsman charges a fee",
         "The company pays for each case.", ("ombudsman.fee", 0.0)),
    ),
    *_declared(
        "recovery", "behaviour.recovery.",
        ("healing", "a remedy makes up for a loss",
         "A remedy gives back satisfaction that was lost at its cause.", ("heal", 0.0)),
        ("remedies_wear", "a repeated remedy is worth less",
         "Each remedy of late makes the next one worth less.", ("repeat", 1.0)),
        ("double_deviation", "a second failure is made up for less",
         "A remedy gives back less where the last one was recent.", ("double_months", 0.0)),
    ),
    *_declared(
        "talk", "behaviour.talk.",
        ("opinion_bad", "the disappointed tell others",
         "Bad encounters are told to others, or posted in public.", ("chance_bad", 0.0)),
        ("opinion_good", "the delighted tell others",
         "Good encounters are told to others, or posted in public.", ("chance_good", 0.0)),
        ("retelling", "hearers tell others",
         "A story that was heard is told on.", ("retell", 0.0)),
        ("fading", "a story fades as it travels",
         "A story told on is weaker than the one heard.", ("fade", 1.0)),
        ("public_posts", "public posts reach people at large",
         "Part of the audience sees a public complaint.", ("exposure_share", 0.0)),
        ("acquaintances", "people tell more than those they are tied to",
         "Beyond their ties people tell acquaintances among all people.", ("acquaintances", 0.0)),
        ("number_told", "some tell very many",
         "The number told differs from one telling to the next.", ("tells_sigma", 0.0)),
        ("strong_events", "strong events are told more",
         "The stronger an event is, the likelier people tell of it.", ("strength", 0.0)),
        ("satisfied_tell", "the satisfied tell of good events",
         "Satisfaction raises the telling of good events and lowers that of bad ones.",
         ("satisfaction", 0.0)),
        ("loyal_tell", "the loyal tell of good events",
         "Customers of long standing tell more of good events.", ("tenure", 0.0)),
        ("conviction", "the convinced resist stories",
         "Stories against one's own attitude shift decisions less.", ("conviction", 0.0)),
        ("forgetting", "stories are forgotten",
         "Each month part of an opinion is forgotten.", ("forget_per_month", 0.0)),
    ),
    Mechanism(
        "hearsay_prospects", "talk", "prospects listen",
        "A story shifts the decision to ask or to join.",
        {f"behaviour.talk.{key}": 0.0 for key in ("shift_good", "shift_bad")},
    ),
    Mechanism(
        "hearsay", "talk", "customers listen",
        "A story shifts a customer's decision to stay.",
        {f"behaviour.talk.{key}": 0.0 for key in ("shift_good_customer", "shift_bad_customer")},
    ),
    *_declared(
        "network", "",
        ("ties", "people know each other",
         "Stories go from person to person along ties.", ("network", {"kind": "none"})),
    ),
    *_declared(
        "envy", "behaviour.fairness.",
        ("envy_within", "better treatment of a peer is felt as unfair",
         "Hearing that somebody not known to be of another tier was given more costs trust.",
         ("within_tier", 0.0)),
        ("envy_between", "better treatment of another tier is felt as unfair",
         "Hearing that somebody known to be of another tier is entitled to more costs trust.",
         ("between_tiers", 0.0)),
        ("envy_of_queue", "being served first is envied",
         "A better class, head start, pace or promise counts as better treatment.",
         ("weights.queue", 0.0)),
        ("envy_of_pool", "a pool of one's own is envied",
         "Being sent to a better pool counts as better treatment.", ("weights.pool", 0.0)),
        ("envy_of_remedy", "remedies are envied",
         "A larger remedy, or one granted more often, counts as better treatment.",
         ("weights.remedy", 0.0)),
        ("envy_of_manner", "courtesy and effort are envied",
         "More courtesy and effort count as better treatment.", ("weights.manner", 0.0)),
        ("experience", "people compare with their own experience",
         "Who hears what others were given remembers what they were given themselves.",
         ("memory_months", 0.0)),
        ("telling_tier", "tellers say their tier",
         "Some who tell a story say which tier they belong to.", ("tells_tier", 0.0)),
        ("grievance_fading", "grievances fade",
         "Who no longer holds a grievance feels the next telling of it anew.",
         ("grievance_fade_per_month", 0.0)),
        ("privilege_delight", "a privilege pleases its owner",
         "A customer who is granted a privilege is pleased.", ("delight", 0.0)),
    ),
    *_declared(
        "disclosure", "behaviour.fairness.",
        ("leak", "secret tiers leak", "Secret tiers become known.", ("leak_per_year", 0.0)),
        ("leak_shock", "a leak costs trust",
         "Customers below the top tier lose trust when secret tiers become known.",
         ("leak_shock", 0.0)),
        ("published_shock", "published tiers cost trust",
         "Customers below the top tier lose trust when tiers are published.",
         ("published_shock", 0.0)),
        ("published_expectation", "a known top tier expects more",
         "Where tiers are known, the top one expects more.", ("published_expectation", 0.0)),
        ("demotion", "losing a tier disappoints",
         "A customer who falls to a lower tier is disappointed.", ("demotion", 0.0)),
    ),
    *_declared(
        "churn", "behaviour.churn.",
        ("natural_churn", "leaving for reasons outside the company",
         "Some customers leave whatever the company does.", ("natural_per_month", 0.0)),
        ("dissatisfied_churn", "leaving dissatisfied",
         "Customers leave the more, the less they are satisfied and trust.",
         ("base_per_month", 0.0)),
        ("satisfaction_keeps", "satisfaction keeps customers",
         "Satisfied customers leave less.", ("satisfaction", 0.0)),
        ("trust_keeps", "trust keeps customers",
         "Customers who trust leave less.", ("trust", 0.0)),
        ("tenure_keeps", "tenure keeps customers",
         "Customers of long standing leave less.", ("tenure", 0.0)),
        ("complaint_churn", "complaining comes before leaving",
         "A recent complaint changes the hazard of leaving.", ("complained", 0.0)),
        ("lock_in", "contracts keep customers",
         "Contracts and switching costs keep customers.", ("lock_in", 0.0)),
        ("dismissal_talk", "the dismissed tell others",
         "Customers who are dismissed lose satisfaction, and tell others.", ("dismissal", 0.0)),
    ),
    *_declared(
        "growth", "behaviour.growth.",
        ("wallet_growth", "share of wallet grows",
         "Satisfied customers give the company more of their spend.", ("rate", 0.0)),
    ),
    *_declared(
        "adoption", "behaviour.adoption.",
        ("spontaneous_adoption", "enquiring of one's own accord",
         "Some prospects enquire of their own accord.", ("spontaneous", 0.0)),
        ("imitation", "customers among one's ties raise interest",
         "Prospects who know customers enquire more.", ("imitation", 0.0)),
        ("recommended_adoption", "a recommendation prompts an enquiry",
         "Good stories take the place of part of imitation.", ("talk_share", 0.0)),
        ("opinion_adoption", "a good opinion raises interest",
         "Prospects of good opinion enquire more.", ("opinion", 0.0)),
        ("service_converts", "good service wins prospects",
         "Prospects who are served well join more.", ("convert_without_service", 1.0)),
        ("joining_unasked", "some join without asking",
         "Some prospects join without an enquiry.", ("never_asks_share", 0.0)),
        ("offer_adoption", "an offer wins prospects",
         "A newcomer offer raises the probability to join.", ("offer_boost", 0.0)),
    ),
    *_declared(
        "rivalry", "market.rival.",
        ("rival", "a rival takes and gives customers",
         "Leavers go to a rival, and some of its customers come here.", ("share", 0.0)),
        ("rival_comparison", "people compare with what a rival offers",
         "Customers leave the more, and the rival's join the less, the better the rival is.",
         ("comparison", 0.0)),
        ("rival_price", "people compare prices",
         "Customers leave the more, and the rival's join the less, the cheaper the rival is.",
         ("price_sensitivity", 0.0)),
        ("rival_habituation", "the rival's customers get used to its quality",
         "Each month their expectation goes part of the way to the rival's quality.",
         ("adapt_per_month", 0.0)),
        ("better_fit", "a rival fits some people better",
         "They leave though satisfied, and do not come back.", ("better_fit_share", 0.0)),
    ),
    *_declared(
        "offers", "",
        ("deal_seeking", "deal seekers leave when an offer ends",
         "Part of the people leave when their newcomer offer ends.",
         ("people.deal_seeker_share", 0.0)),
    ),
    *_declared(
        "morale", "staff.morale.",
        ("morale_level", "morale is below its maximum",
         "Agents start below full morale, and drift back to that level.", ("base", 1.0)),
        ("morale_anger", "anger lowers morale",
         "An angry contact lowers the agent's morale.", ("angry", 0.0)),
        ("morale_abuse", "abuse lowers morale further",
         "An abusive contact lowers the agent's morale more than an angry one.",
         ("abuse", 0.0)),
        ("morale_overruling", "being overruled lowers morale",
         "Reversing an agent's decision lowers the agent's morale.", ("overrule", 0.0)),
        ("morale_thanks", "thanks raise morale",
         "A thankful contact raises the agent's morale.", ("thanks", 0.0)),
        ("morale_load", "load lowers morale",
         "High utilisation lowers morale.", ("load", 0.0)),
        ("morale_recovery", "morale recovers",
         "Each month morale goes part of the way to its base.", ("recovery", 0.0)),
        ("morale_quality", "a worn agent resolves less",
         "An agent of low morale resolves fewer needs.", ("quality", 0.0)),
    ),
    *_declared(
        "staff", "staff.",
        ("novices", "novices are slower", "New agents are slower until they have learned.",
         ("start_speed", 1.0)),
        ("courtesy_time", "extra courtesy takes time",
         "Courtesy above the standard takes handling time.", ("courtesy_price", 0.0)),
        ("quitting", "agents leave", "Agents leave, and are replaced.",
         ("quit.base_per_month", 0.0)),
        ("morale_quitting", "agents of low morale leave sooner",
         "Low morale raises the hazard that an agent leaves.", ("quit.slope", 0.0)),
        ("vacancies", "a seat stays vacant",
         "It takes time to replace an agent who leaves.", ("hire_delay_months", 0)),
        ("hire_cost", "hiring costs money",
         "The company pays for each replacement.", ("hire_cost", 0.0)),
    ),
    *_declared(
        "product", "product.",
        ("product_learning", "complaints improve the product",
         "Justified complaints teach the company to remove product faults.",
         ("fault_floor", 1.0)),
    ),
    *_declared(
        "money", "company.",
        ("discounting", "money now is worth more than later",
         "Profit of later months counts less.", ("discount_rate_per_year", 0.0)),
        ("acquisition_cost", "winning a customer costs money",
         "The company pays for each joiner.", ("acquisition_cost", 0.0)),
        ("serving_cost", "having a customer costs money",
         "Each customer costs the company money, contacts apart.", ("serve_cost_per_month", 0.0)),
        ("fixed_cost", "staying open costs money",
         "The company has a fixed cost.", ("fixed_cost_per_month", 0.0)),
    ),
]  # fmt: skip

MECHANISMS: dict[str, Mechanism] = {mechanism.name: mechanism for mechanism in _ALL}
"""Every mechanism by name."""

GROUPS: dict[str, tuple[str, ...]] = {
    group: tuple(one.name for one in _ALL if one.group == group)
    for group in dict.fromkeys(one.group for one in _ALL)
}
"""The names of the mechanisms of each group."""


def switched_off(name: str) -> dict[str, object]:
    """Return the values that switch off a mechanism, or all mechanisms of a group.

    Parameters
    ----------
    name : str
        Of a mechanism or a group.

    Returns
    -------
    dict of str to object
        Values by dotted path, as `sim.scenario.reading.load.override` takes them.

    Raises
    ------
    CommandError
        If there is no such mechanism or group.
    """
    if name not in GROUPS and name not in MECHANISMS:
        hint = nearest(name, [*MECHANISMS, *GROUPS])
        raise CommandError(f"{name}: is not a mechanism of the model. {hint}".rstrip())
    members = [name] if name in MECHANISMS else GROUPS[name]
    return {path: value for member in members for path, value in MECHANISMS[member].off.items()}


@cache
def neutral_values(section: str) -> Mapping[str, float]:
    """Return the values at which all mechanisms of a section are off, by path below the section."""
    start = f"{section}."
    values = {
        path.removeprefix(start): value
        for mechanism in _ALL
        for path, value in _numbers(mechanism.off)
        if path.startswith(start)
    }
    return MappingProxyType(values)


def _numbers(values: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """Yield the numbers among values, with the paths of those inside mappings written out."""
    for path, value in values.items():
        if isinstance(value, dict):
            yield from _numbers({f"{path}.{name}": one for name, one in value.items()})
        elif isinstance(value, (int, float)):
            yield path, float(value)

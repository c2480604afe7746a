"""The behaviour section, first half: what a moment of truth does to a mind, and to its voice."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.schema.fields import (
    ASSUMED,
    Count,
    Minutes,
    Months,
    Number,
    Positive,
    Rate,
    Section,
    Share,
    Violation,
    key,
)

__all__ = [
    "Angry",
    "Contact",
    "Exit",
    "Expectation",
    "Ombudsman",
    "Perception",
    "Polite",
    "Public",
    "Recovery",
    "Satisfaction",
    "Voice",
    "Waiting",
    "Weights",
]

OLIVER = "Oliver 1980; Bolton 1998"
LOSSES = (
    "Mittal, Ross & Baldasare 1998; Tversky & Kahneman 1992: losses weigh about twice, 1.5 to 2.5 "
    "times the gain's 0.2"
)
HIRSCHMAN = (
    "Hirschman 1970; set so that about 4 in 10 bad moments are complained about; assumed: 2 to 7"
)
BANK = "Anonymous Bank call log, 1999"


class Weights(Section):
    """Weights of what makes an encounter good; they sum to 1."""

    wait: Share = key(0.25, "Weight of the wait in perceived quality.", symbol="a_wait")
    outcome: Share = key(0.5, "Weight of the outcome in perceived quality.", symbol="a_outcome")
    courtesy: Share = key(
        0.25,
        "Weight of courtesy in perceived quality.",
        symbol="a_courtesy",
        source="Gelbrich & Roschk 2011: about as much as money; size assumed",
    )

    def violations(self) -> Iterable[Violation]:
        """Yield weights that do not sum to 1."""
        total = self.wait + self.outcome + self.courtesy
        if abs(total - 1) > 1e-6:
            yield Violation((), f"must sum to 1; these sum to {total:g}")


class Perception(Section):
    """How good a moment of truth is felt to be, 0 to 1."""

    weights: Weights = key(Weights, "Weights of wait, outcome and courtesy in perceived quality.")
    tolerable_wait_minutes: Minutes = key(
        15.0, "Wait at which the score for a short wait has fallen to 1/e.", unit="min", gt=0
    )
    explained_no: Share = key(
        0.0,
        "Score of the outcome of an explained refusal to people without understanding.",
        symbol="soft_no",
        plausible=(0.0, 0.35),
    )
    relief: Share = key(
        0.58,
        "Score of the outcome of a complaint that is granted without money; money adds to it.",
        symbol="relief",
        source="set so that 11% (standard error 1.6) still dispute after relief without money: "
        "CFPB complaints; assumed: half to double of the odds",
    )
    unresolved: Share = key(0.25, "Score of the outcome where a need stays unresolved.")
    unanswered_courtesy: Share = key(
        0.5,
        "Score of courtesy where nobody answered: neither kind nor rude.",
        plausible=(0.25, 0.75),
    )
    morale: Share = key(0.5, "Share of courtesy that depends on the agent's morale.", symbol="k")


class Satisfaction(Section):
    """How encounters change satisfaction and trust, both 0 to 1."""

    gain: Share = key(
        0.20,
        "Step size of satisfaction after a positive disconfirmation.",
        symbol="up",
        source=f"{OLIVER}: 0.1 to 0.3, falling with tenure",
        plausible=(0.1, 0.3),
    )
    loss: Share = key(
        0.40,
        "Step size of satisfaction after a negative disconfirmation.",
        symbol="down",
        source=LOSSES,
        plausible=(0.3, 0.5),
    )
    entitlement: Share = key(0.10, "How much more big spenders expect than small ones.")
    baseline: Share = key(0.70, "Satisfaction toward which it drifts over time.", symbol="s_base")
    start: Share = key(
        0.67, "Satisfaction and trust of the first customers; their product is share of wallet."
    )
    drift_per_month: Share = key(
        0.03,
        "Share of the distance to the baseline covered per month.",
        unit="1/month",
        symbol="mend",
    )
    trust_rate: Share = key(
        0.08, "Share of the distance to satisfaction that trust covers per month."
    )

    def violations(self) -> Iterable[Violation]:
        """Yield a start that leaves a share of wallet too small to divide spend by."""
        if 0 < self.start < 0.01:
            yield Violation(("start",), "must be 0, or at least 0.01")


class Expectation(Section):
    """How experience changes what a person expects, 0 to 1."""

    adapt: Share = key(
        0.15, "Step size of expectation at each encounter.", source=f"{OLIVER}; size assumed"
    )
    market_weight: Share = key(
        0.6, "Weight of what the market delivers, against one's own experience.", symbol="anchor"
    )
    market_norm: Share = key(0.70, "Perceived quality that the market delivers.", symbol="norm")


class Contact(Section):
    """Trying again after hanging up, and calling back after an answer that did not help."""

    retry: Share = key(
        0.5,
        "Probability of trying again after hanging up.",
        unit="probability",
        source=f"{BANK}: 0.48 within the hour; standard error by callers",
        se=0.02,
    )
    retry_limit: Count = key(2, "Largest number of retries for one need.", le=1000)
    retry_delay_minutes: Minutes = key(
        60.0, "Mean time in open hours until the next try.", unit="min"
    )
    callback: Share = key(
        0.7,
        "Probability of calling back when unresolved.",
        unit="probability",
    )
    callback_delay_minutes: Minutes = key(
        300.0, "Mean time in open hours until calling back.", unit="min"
    )
    again_felt_minutes: Minutes = key(
        5.0,
        "Minutes of waiting as which people feel that they have to try again or call back.",
        unit="min",
        source=f"{ASSUMED}; Dixon, Freeman & Toman 2010: repeated effort hurts",
    )


class Waiting(Section):
    """How people take what a pool tells them while they wait."""

    balk: Share = key(
        1.0,
        "Probability of hanging up at once on hearing of a wait beyond one's patience.",
        unit="probability",
        source="Whitt 1999; Armony, Shimkin & Whitt 2009",
        no_belief="1 follows from what patience means",
    )
    overdue_hazard: Positive = key(
        1.52,
        "How many times as fast patience runs out once the announced wait is over.",
        source="Webb, Yu & Bretthauer 2017: loss aversion past the announced wait; the figure at "
        "second hand, its error not seen; assumed: 1 to 2",
        plausible=(1.0, 2.0),
        le=1000,
        ge=0.001,
    )
    overdue_spike: Share = key(
        0.0, "Share of those still waiting when the announced wait is over who hang up then."
    )
    accepts_callback: Share = key(
        0.5, "Probability of accepting a call-back that is offered.", unit="probability"
    )
    callback_felt: Share = key(
        0.3,
        "Share of the wait for a call-back that is felt, as against holding the line.",
        source=f"{ASSUMED}; Armony & Maglaras 2004: waiting for a call-back costs less",
    )


class Polite(Section):
    """Utility of a polite complaint."""

    base: Number = key(
        -2.4,
        "Utility without disappointment.",
        symbol="b_v",
        source=HIRSCHMAN,
        plausible=(-3.4, -0.9),
    )
    slope: Number = key(4.0, "Utility added by full disappointment.", symbol="c_v")


class Angry(Section):
    """Utility of an angry complaint."""

    base: Number = key(
        -3.9,
        "Utility without disappointment.",
        symbol="b_v",
        source=HIRSCHMAN,
        plausible=(-4.9, -2.4),
    )
    slope: Number = key(6.0, "Utility added by full disappointment.", symbol="c_v")


class Public(Section):
    """Utility of a public complaint."""

    base: Number = key(
        -4.7,
        "Utility without disappointment.",
        symbol="b_v",
        source=HIRSCHMAN,
        plausible=(-5.7, -3.2),
    )
    slope: Number = key(6.0, "Utility added by full disappointment.", symbol="c_v")


class Exit(Section):
    """Utility of leaving at once."""

    base: Number = key(
        -6.5,
        "Utility without disappointment.",
        symbol="b_exit",
        source=f"Hirschman 1970; {ASSUMED}",
        plausible=(-8.0, -5.0),
    )
    slope: Number = key(5.0, "Utility added by full disappointment.", symbol="c_exit")


class Ombudsman(Section):
    """The complaints body for customers whose second complaint is refused."""

    share: Share = key(
        0.15,
        "Probability that a customer of average loudness appeals.",
        unit="probability",
        source="set so that 2 percent of complaints escalate; assumed: 1 to 5 (Goodman 2005)",
        plausible=(0.08, 0.4),
    )
    upheld: Share = key(
        0.9, "Probability that it upholds the company, which then loses the customer."
    )
    fee: Rate = key(150.0, "Cost of a case to the company, whatever the ruling.", unit="currency")


class Voice(Section):
    """Silence, complaint or exit after a disappointment, and what complaining teaches."""

    polite: Polite = key(Polite, "Utility of a polite complaint.")
    angry: Angry = key(Angry, "Utility of an angry complaint.")
    public: Public = key(Public, "Utility of a public complaint.")
    exit: Exit = key(Exit, "Utility of leaving at once.")
    persistence: Number = key(
        -0.9,
        "Utility added to every voice in a second complaint.",
        symbol="persistence",
        source="set so that 21% still dispute after an explanation: CFPB complaints; assumed: half "
        "to double",
        plausible=(-1.8, 0.0),
    )
    abusive_share: Share = key(
        0.2,
        "Share of angry complaints that are abusive, at an average temper.",
        source=f"{ASSUMED}; Grandey, Dickter & Sin 2004: frequent",
    )
    abusive_temper: Number = key(
        1.0, "Weight of temper in the log odds that an angry complaint is abusive.", symbol="g_a"
    )
    turns_round: Share = key(
        0.2,
        "Probability that an explained refusal convinces somebody of full understanding who "
        "complained in anger or in public.",
        unit="probability",
    )
    loudness: Number = key(0.6, "Weight of loudness in every voice.", symbol="l")
    temper: Number = key(0.8, "Weight of temper in the angry voice.", symbol="g")
    audience: Number = key(0.5, "Weight of log10(1 + audience) in the public voice.", symbol="h")
    learning: Share = key(
        0.3,
        "Learning rate of a voice's value from one's own use.",
        symbol="lambda",
        source="Rescorla & Wagner 1972; Ma, Sun & Kekre 2015: direction; size assumed",
    )
    social_learning: Share = key(
        0.05, "Learning rate of a voice's value from stories heard.", symbol="lambda_social"
    )
    reward_value: Rate = key(
        2.0, "Utility of a remedy of one month's spend.", unit="utility/month", symbol="kappa"
    )
    effort_cost: Rate = key(0.3, "Utility that a complaint costs.", symbol="effort_cost")
    delay_minutes: Minutes = key(
        240.0, "Mean time in open hours until the complaint is made.", unit="min"
    )
    ombudsman: Ombudsman = key(Ombudsman, "Appeal against a second refusal.")


class Recovery(Section):
    """How much of the lost satisfaction a remedy restores."""

    heal: Rate = key(
        0.6,
        "Largest share of the loss that a remedy restores; above 1 is the recovery paradox.",
        source="de Matos, Henrique & Rossi 2007; Knox & van Oest 2014: hardly ever all; size "
        "assumed",
        plausible=(0.3, 1.0),
    )
    half_value_months: Months = key(
        0.4,
        "Remedy that restores 1 - 1/e of that share.",
        unit="months of spend",
        symbol="r0",
        gt=0,
    )
    double_months: Months = key(
        3.0,
        "Months within which a further remedy is worth less.",
        unit="months",
        source="Maxham & Netemeyer 2002: none at a second failure; size assumed",
    )
    repeat: Share = key(
        0.5,
        "Share of its worth that each remedy of late leaves to the next.",
        symbol="repeat",
        source=f"{ASSUMED}; Halperin, Ho, List & Muir 2022: repeated apologies lose their effect",
        plausible=(0.0, 0.8),
    )

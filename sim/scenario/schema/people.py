"""The people section: how many, and their traits, drawn once before time starts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator

from sim.errors import nearest
from sim.scenario.schema.fields import (
    Correlation,
    Count,
    Minutes,
    Months,
    Number,
    Rate,
    Section,
    Share,
    Spread,
    Text,
    Violation,
    Word,
    key,
    raise_violations,
)
from sim.scenario.schema.trait_correlations import (
    TRAITS,
    correlated_pairs,
    sound_correlations,
)

__all__ = [
    "COLUMNS",
    "Audience",
    "Contacts",
    "Demanding",
    "Difficulty",
    "Fairness",
    "Honesty",
    "Loudness",
    "Patience",
    "People",
    "Spend",
    "Temper",
    "Tenure",
    "Understanding",
]

COLUMNS = ("id", "customer", *TRAITS, "deal_seeker", "favourite", "tenure_months")
"""What a column of a customer file may be mapped to."""

_OF_FILES = ("columns", "blanks", "dates", "as_of", "decimal")

MOST_CONTACTS = 100_000
"""The most contacts of a person per month: more than two a minute, day and night."""

LEAST_MEAN = 1e-6
"""The smallest mean share above 0 for which a beta law has a shape."""

CHANGES = "it says what changes on the way, and the mean is uncertain already"

BANK = "Anonymous Bank call log, 1999"


def _beta_violations(mean: float, cv: float) -> Iterable[Violation]:
    """Yield a violation where no beta law has this mean and cv: cv^2 >= (1 - mean) / mean."""
    if 0 < mean < LEAST_MEAN:
        yield Violation(("mean",), f"must be 0, or at least {LEAST_MEAN:g}")
    elif 0 < mean < 1 and cv * cv * mean >= 1 - mean:
        most = ((1 - mean) / mean) ** 0.5
        yield Violation(("cv",), f"must be below {most:.3g} for a share with mean {mean:g}")


def _sound_columns(columns: dict[str, str]) -> dict[str, str]:
    """Refuse columns that people do not have."""
    rule = f"is not a column of people; use one of {', '.join(COLUMNS)}"
    wrong = [name for name in columns if name not in COLUMNS]
    raise_violations(Violation((name,), rule, nearest(name, COLUMNS)) for name in wrong)
    return columns


def _sound_date(text: str) -> str:
    """Refuse what is no date."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise_violations([Violation((), "must be a date such as 2031-05-31")])
    return text


class Spend(Section):
    """Monthly spend that a person is capable of."""

    mean: Rate = key(40.0, "Mean spend over people.", unit="currency/month", symbol="potential")
    top20_share: Number = key(
        0.67,
        "Share of all spend from the top 20 percent of people; 0.2 makes everyone equal.",
        unit="share",
        symbol="s",
        source="McCarthy & Winer 2018; Kim, Singh & Winer 2017: mean of 339 firms; 0.59 by "
        "subscription, 0.73 of packaged goods",
        plausible=(0.59, 0.73),
        ge=0.2,
        lt=1,
    )
    noise_cv: Spread = key(
        0.25, "Coefficient of variation of a person's spend from month to month (gamma)."
    )
    law: Literal["lognormal", "pareto"] = key("lognormal", "Distribution of spend over people.")
    factor: Rate = key(
        1.0,
        "Multiplier of everybody's spend, such as a change of price that nobody answers.",
        no_belief=CHANGES,
        le=1000,
    )


class Contacts(Section):
    """Contacts with the company, gamma over people."""

    mean: Rate = key(
        0.4,
        "Mean contacts of a customer per month.",
        unit="contacts/month",
        symbol="need_rate",
        le=MOST_CONTACTS,
    )
    cv: Spread = key(
        1.0,
        "Coefficient of variation over people.",
        source=f"{BANK}; assumed for other companies: half to double",
        le=10,
    )
    factor: Rate = key(
        1.0,
        "Multiplier of everybody's contacts, such as an outage that makes many call.",
        no_belief=CHANGES,
        le=1000,
    )


class Difficulty(Section):
    """Multiplier of handling time, lognormal over people with mean 1."""

    cv: Spread = key(0.3, "Coefficient of variation over people.")


class Patience(Section):
    """Mean minutes that a person is willing to wait, lognormal over people."""

    mean: Minutes = key(
        25.0,
        "Mean over people; each attempt is drawn about the person's mean; at 0 nobody waits.",
        unit="min",
        symbol="patience",
        source=f"{BANK} (about 6 at a phone; 0.6 to 1.8 times as long by kind of caller); "
        "Garnett, Mandelbaum & Reiman 2002",
        plausible=(15.0, 45.0),
    )
    cv: Spread = key(0.5, "Coefficient of variation over people.")
    attempt_law: Literal["exponential", "weibull", "lognormal", "gamma", "constant"] = key(
        "exponential",
        "Distribution of the minutes of one attempt about the person's mean.",
        source=f"{BANK}; other laws: Mandelbaum & Zeltyn 2013",
    )
    attempt_cv: Spread | None = key(
        None,
        "Coefficient of variation of one attempt about the person's mean, for attempt_law "
        "weibull, lognormal or gamma.",
        default_text="0 for constant, 1 for exponential, else none: write it",
        gt=0,
    )

    def violations(self) -> Iterable[Violation]:
        """Yield a spread of attempts that is missing, or that the law has of itself."""
        has_own = self.attempt_law in ("exponential", "constant")
        if has_own and self.attempt_cv is not None:
            rule = f"must be left out for attempt_law: {self.attempt_law}"
            yield Violation(("attempt_cv",), rule)
        elif not has_own and self.attempt_cv is None:
            yield Violation(("attempt_cv",), f"is required for attempt_law: {self.attempt_law}")


class Demanding(Section):
    """Share of a person's needs that cannot be met, beta over people."""

    mean: Share = key(0.05, "Mean over people.", unit="share", symbol="demanding")
    cv: Spread = key(1.0, "Coefficient of variation over people.")

    def violations(self) -> Iterable[Violation]:
        """Yield a spread that no share can have."""
        return _beta_violations(self.mean, self.cv)


class Loudness(Section):
    """Readiness to complain at all, normal over people."""

    mean: Number = key(0.0, "Mean over people.", plausible=(-0.5, 0.5))
    sd: Rate = key(1.0, "Standard deviation over people.")


class Temper(Section):
    """Readiness to complain in anger, normal over people."""

    mean: Number = key(0.0, "Mean over people.", plausible=(-0.5, 0.5))
    sd: Rate = key(1.0, "Standard deviation over people.")


class Honesty(Section):
    """Cost to a person of complaining without cause, normal over people."""

    mean: Number = key(
        7.5,
        "Mean over people.",
        unit="utility",
        source="Wirtz & McColl-Kennedy 2010: direction; size assumed: of complaints, 2% at 7.5 and "
        "20% at 5 are without cause in scenarios/broadband.yaml",
        plausible=(5.0, 7.5),
    )
    sd: Rate = key(1.2, "Standard deviation over people.", unit="utility")


class Audience(Section):
    """Followers whom a public post can reach, lognormal over people."""

    median: Rate = key(50.0, "Median over people.", unit="people", le=1e9)
    sigma: Rate = key(
        1.5, "Standard deviation of the logarithm over people.", plausible=(1.0, 2.0), le=6
    )


class Fairness(Section):
    """Sensitivity to others being treated better, beta over people."""

    mean: Share = key(0.3, "Mean over people.", unit="share", symbol="fairness")
    cv: Spread = key(0.5, "Coefficient of variation over people.")

    def violations(self) -> Iterable[Violation]:
        """Yield a spread that no share can have."""
        return _beta_violations(self.mean, self.cv)


class Understanding(Section):
    """What an explained refusal is worth to a person, beta over people."""

    mean: Share = key(0.35, "Mean over people.", unit="share", symbol="understanding")
    cv: Spread = key(0.6, "Coefficient of variation over people.")

    def violations(self) -> Iterable[Violation]:
        """Yield a spread that no share can have."""
        return _beta_violations(self.mean, self.cv)


class Tenure(Section):
    """Months that the starting customers have been with the company, exponential."""

    mean: Months = key(48.0, "Mean over the first customers.", unit="months")


class People(Section):
    """Everyone who can contact the company, whether or not they pay."""

    count: Count | None = key(
        None,
        "How many people there are.",
        unit="people",
        symbol="N",
        default_text="20000; with a file, its rows",
        le=20_000_000,
    )
    customers: Count | None = key(
        None,
        "How many of them are customers at the start.",
        unit="people",
        default_text="40 percent of count; with a file, its column `customer`",
        le=20_000_000,
    )
    spend: Spend = key(Spend, "Monthly spend that a person is capable of.")
    contacts_per_month: Contacts = key(Contacts, "Contacts with the company.")
    difficulty: Difficulty = key(Difficulty, "Multiplier of handling time, mean 1.")
    patience_minutes: Annotated[Patience | None, Word("unlimited")] = key(
        Patience, "Minutes that people are willing to wait, or `unlimited`."
    )
    demanding_share: Demanding = key(Demanding, "Share of needs that cannot be met.")
    loudness: Loudness = key(Loudness, "Readiness to complain at all.")
    temper: Temper = key(Temper, "Readiness to complain in anger.")
    honesty: Honesty = key(
        Honesty,
        "Cost of complaining without cause, which a customer may after a need that did not "
        "disappoint.",
    )
    audience: Audience = key(Audience, "Followers whom a public post can reach.")
    fairness: Fairness = key(Fairness, "Sensitivity to others being treated better.")
    understanding: Understanding = key(
        Understanding, "What an explained refusal is worth, as a share of being helped."
    )
    deal_seeker_share: Share = key(
        0.15, "Share of people who leave when a newcomer offer of theirs ends.", unit="share"
    )
    favourite_share: Share = key(
        0.10, "Share of people whom a manager likes, whatever their value.", unit="share"
    )
    tenure_months: Tenure = key(
        Tenure, "Months that the first customers have been with the company."
    )
    hour_worth: Rate = key(
        12.0,
        "What an hour of waiting is worth to people, in measures of fairness only.",
        unit="currency/hour",
        plausible=(4.0, 30.0),
    )
    correlations: Annotated[dict[str, Correlation], AfterValidator(sound_correlations)] = key(
        dict,
        "Correlation of two traits, written `trait~trait` (Gaussian copula). `spend~ties` gives "
        "big spenders a larger network: 0 unless given, a declared assumption, plausibly 0 to 0.5.",
    )
    file: Text | None = key(None, "Customer file (CSV, .xlsx or Parquet), one row per person.")
    columns: Annotated[dict[str, Text], AfterValidator(_sound_columns)] = key(
        dict,
        "The file's column for each of id, customer, the traits, deal_seeker, favourite, "
        "tenure_months. `not` before a column turns its yes and no round.",
    )
    blanks: Literal["refuse", "drop", "draw"] = key(
        "refuse",
        "What becomes of the file's blanks: refused; their rows left out; or drawn, as for people "
        "without a file.",
    )
    dates: Literal["dmy", "mdy", "ymd"] | None = key(
        None, "Order of day, month and year in the file, where its dates can be read two ways."
    )
    as_of: Annotated[Text, AfterValidator(_sound_date)] | None = key(
        None, "Date at which tenure is counted, where the file gives dates since when."
    )
    decimal: Literal["point", "comma"] | None = key(
        None, "Decimal mark in the file, where its numbers can be read two ways."
    )

    def fill_defaults(self) -> None:
        """Fill in how many people and customers there are where no file says it."""
        if self.file is None and self.count is None:
            self._set("count", 20_000)
        if self.file is None and self.customers is None and self.count is not None:
            self._set("customers", self.count * 2 // 5)

    def violations(self) -> Iterable[Violation]:
        """Yield wrong numbers of customers, correlations and columns."""
        if self.count is not None and self.customers is not None and self.customers > self.count:
            yield Violation(("customers",), f"must be at most people.count, {self.count}")
        if self.file is None:
            told: dict[str, object] = {name: getattr(self, name) for name in _OF_FILES}
            told["blanks"] = self.blanks != "refuse"
            for name in filter(told.get, told):
                yield Violation((name,), "belongs with people.file, which is missing")
        for pair in self.pairs():
            given = [trait for trait in pair if trait in self.columns]
            if "ties" in pair and given:
                rule = f"needs {given[0]} to be drawn, but people.columns takes it from the file"
                yield Violation(("correlations", "~".join(pair)), rule)

    def pairs(self) -> dict[tuple[str, str], float]:
        """Return the correlations by pair of traits, as written."""
        return correlated_pairs(self.correlations)

"""The people at the start: every trait against its law, and who they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.core.rng import run_key
from sim.errors import DataError
from sim.model.population.traits import TRAITS, build_people
from sim.model.records import CUSTOMER, MONTH, PROSPECT
from sim.scenario.reading.load import from_mapping
from tests.small_worlds import scenario, world

N = 20_000
BASELINE, NORM = 0.7, 0.6
# Any of these would come once in ten thousand keys; the key is fixed.
LEAST_P = 1e-4
STANDARD_ERRORS = 4.0


def people(count: int = N, replication: int = 0, **section: object) -> np.ndarray:
    data = {"name": "x", "people": {"count": count, **section}, "network": {"kind": "none"}}
    given = from_mapping(data)
    return build_people(given, count, run_key(given.seed, replication), BASELINE, NORM, None)


@pytest.fixture(scope="module")
def crowd() -> np.ndarray:
    return people()


def lognormal(mean: float, cv: float) -> stats.rv_continuous:
    sigma = math.sqrt(math.log(1.0 + cv * cv))
    return stats.lognorm(sigma, scale=mean * math.exp(-sigma * sigma / 2))


def beta(mean: float, cv: float) -> stats.rv_continuous:
    weight = (1.0 - mean) / (mean * cv * cv) - 1.0
    return stats.beta(mean * weight, (1.0 - mean) * weight)


# Top 20% hold Phi(sigma - z(0.8)) of a lognormal, so 0.67 wants sigma = z(0.8) + z(0.67).
SIGMA = 0.8416212335729143 + 0.4399131656732338

LAWS = {
    "potential": stats.lognorm(SIGMA, scale=40 / BASELINE**2 * math.exp(-SIGMA * SIGMA / 2)),
    "need_rate": stats.gamma(1.0, scale=0.4),
    "difficulty": lognormal(1.0, 0.3),
    "patience": lognormal(25.0, 0.5),
    "demanding": beta(0.05, 1.0),
    "loudness": stats.norm(),
    "temper": stats.norm(),
    "honesty": stats.norm(7.5, 1.2),
    "audience": stats.lognorm(1.5, scale=50.0),
    "fairness": beta(0.3, 0.5),
    "understanding": beta(0.35, 0.6),
}


def test_every_trait_is_tested():
    assert set(LAWS) == set(TRAITS.values())


@pytest.mark.statistical
@pytest.mark.parametrize("trait", LAWS)
def test_a_trait_has_its_law(crowd, trait):
    assert stats.kstest(crowd[trait], LAWS[trait].cdf).pvalue > LEAST_P


@pytest.mark.statistical
@pytest.mark.parametrize("trait", LAWS)
def test_a_trait_has_its_mean(crowd, trait):
    law = LAWS[trait]
    assert crowd[trait].mean() == pytest.approx(
        law.mean(), abs=STANDARD_ERRORS * law.std() / math.sqrt(N)
    )


@pytest.mark.statistical
@pytest.mark.parametrize("trait", ["need_rate", "difficulty", "patience", "demanding", "fairness"])
def test_a_trait_has_its_spread(crowd, trait):
    law = LAWS[trait]
    kurtosis = float(law.stats(moments="k")) + 3.0
    # Standard error of a variance: sigma^2 sqrt((kurtosis - 1) / n).
    error = law.var() * math.sqrt((kurtosis - 1.0) / N)
    assert crowd[trait].var() == pytest.approx(law.var(), abs=STANDARD_ERRORS * error)


@pytest.mark.statistical
@pytest.mark.parametrize("trait", LAWS)
@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_a_trait_has_its_quantiles(crowd, trait, q):
    below = (crowd[trait] <= LAWS[trait].ppf(q)).mean()
    assert below == pytest.approx(q, abs=STANDARD_ERRORS * math.sqrt(q * (1 - q) / N))


@pytest.mark.statistical
@pytest.mark.parametrize("share", [0.4, 0.59, 0.67])
def test_the_top_fifth_hold_their_share_of_spend(share):
    held = []
    for replication in range(8):
        spend = np.sort(people(replication=replication, spend={"top20_share": share})["potential"])
        held.append(spend[-N // 5 :].sum() / spend.sum())
    error = np.std(held, ddof=1) / math.sqrt(len(held))
    assert np.mean(held) == pytest.approx(share, abs=STANDARD_ERRORS * error + 0.002)


@pytest.mark.parametrize("law", ["lognormal", "pareto"])
def test_a_share_of_a_fifth_makes_all_equal(law):
    potential = people(200, spend={"law": law, "top20_share": 0.2})["potential"]
    assert potential * BASELINE**2 == pytest.approx(40, rel=1e-6)


@pytest.mark.statistical
def test_pareto_spend_has_its_law():
    drawn = people(spend={"law": "pareto", "top20_share": 0.67})["potential"] * BASELINE**2
    # The top share p of a Pareto law hold p^(1 - 1/alpha); 0.2^(1 - 1/alpha) = 0.67.
    alpha = 1.0 / (1.0 - math.log(0.67) / math.log(0.2))
    law = stats.pareto(alpha, scale=40 * (alpha - 1) / alpha)
    assert law.mean() == pytest.approx(40)
    assert stats.kstest(drawn, law.cdf).pvalue > LEAST_P


@pytest.mark.statistical
@pytest.mark.parametrize("r", [-0.8, -0.3, 0.5])
def test_correlations_are_those_of_a_gaussian_copula(r):
    crowd = people(correlations={"spend~audience": r, "fairness~temper": -r / 2})
    # Spearman's rho of a Gaussian copula: 6 / pi asin(r / 2) (Kruskal 1958).
    for one, other, value in (("potential", "audience", r), ("fairness", "temper", -r / 2)):
        theory = 6.0 / math.pi * math.asin(value / 2.0)
        found = stats.spearmanr(crowd[one], crowd[other]).statistic
        assert found == pytest.approx(theory, abs=STANDARD_ERRORS / math.sqrt(N))
    rest = stats.spearmanr(crowd["potential"], crowd["patience"]).statistic
    assert rest == pytest.approx(0.0, abs=STANDARD_ERRORS / math.sqrt(N))


def test_correlating_a_pair_leaves_its_first_and_the_others_as_they_were(crowd):
    tied = people(correlations={"spend~audience": 0.5})
    for trait in ("potential", "patience", "fairness", "need_rate"):
        assert (tied[trait] == crowd[trait]).all()
    assert (tied["audience"] != crowd["audience"]).any()


def test_big_spenders_get_the_places_with_many_ties():
    """Spearman's rho of score and degree; equal degrees are as chance has it."""
    sections = {
        "network": {
            "kind": "blocks",
            "mean_degree": 10,
            "degree_cv": 2.0,
            "blocks": 1,
            "mixing": 0.0,
        }
    }
    plain, tied = (
        world(scenario(people={"count": 3000, "customers": 100, **more}, **sections))
        for more in ({}, {"correlations": {"spend~ties": 0.8}})
    )
    assert (plain.people["potential"] == tied.people["potential"]).all()
    degrees, own = np.diff(tied.tie_starts), np.diff(plain.tie_starts)
    assert sorted(degrees) == sorted(own)
    theory = 6.0 / math.pi * math.asin(0.4)
    found = stats.spearmanr(tied.people["potential"], degrees).statistic
    # Ties of rank among degrees dampen it a little.
    assert found == pytest.approx(theory, abs=0.05)
    assert abs(stats.spearmanr(plain.people["potential"], own).statistic) < 4 / 3000**0.5


def test_unlimited_patience_has_no_end():
    assert np.isinf(people(50, patience_minutes="unlimited")["patience"]).all()


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("contacts_per_month", "need_rate", {"mean": 0.4, "cv": 0}),
        ("contacts_per_month", "need_rate", {"mean": 0, "cv": 1}),
        ("demanding_share", "demanding", {"mean": 0.25, "cv": 0}),
        ("demanding_share", "demanding", {"mean": 1, "cv": 0}),
        ("fairness", "fairness", {"mean": 0, "cv": 0.5}),
        ("patience_minutes", "patience", {"mean": 12.5, "cv": 0}),
        ("patience_minutes", "patience", {"mean": 0, "cv": 0.5}),
        ("audience", "audience", {"median": 0, "sigma": 1}),
        ("honesty", "honesty", {"mean": 7.5, "sd": 0}),
    ],
)
def test_a_law_without_spread_is_a_constant(name, field, value):
    wanted = value.get("mean", value.get("median"))
    assert people(50, **{name: value})[field] == pytest.approx(wanted, rel=1e-6)


def test_there_are_as_many_customers_as_asked_for(crowd):
    assert (crowd["status"] == CUSTOMER).sum() == 8000
    assert (crowd["status"] == PROSPECT).sum() == 12_000
    assert (people(500, customers=0)["status"] == PROSPECT).all()
    assert (people(500, customers=500)["status"] == CUSTOMER).all()


@pytest.mark.statistical
def test_customers_are_picked_regardless_of_value(crowd):
    is_customer = crowd["status"] == CUSTOMER
    found = stats.ks_2samp(crowd["potential"][is_customer], crowd["potential"][~is_customer])
    assert found.pvalue > LEAST_P


def test_customers_start_at_the_share_of_wallet_of_their_mood(crowd):
    customers = crowd[crowd["status"] == CUSTOMER]
    assert customers["wallet_share"] == pytest.approx(BASELINE**2)
    assert (crowd["wallet_share"][crowd["status"] == PROSPECT] == 0).all()
    assert (crowd["satisfaction"] == BASELINE).all()
    assert (crowd["trust"] == BASELINE).all()
    assert (crowd["expectation"] == NORM).all()


@pytest.mark.statistical
def test_starting_spend_has_the_mean_of_the_scenario(crowd):
    spend = (crowd["potential"] * crowd["wallet_share"])[crowd["status"] == CUSTOMER]
    cv = math.sqrt(math.exp(SIGMA * SIGMA) - 1.0)
    assert spend.mean() == pytest.approx(40, abs=STANDARD_ERRORS * 40 * cv / math.sqrt(len(spend)))


@pytest.mark.statistical
def test_tenure_is_exponential_on_the_clocks_grid(crowd):
    customers = crowd[crowd["status"] == CUSTOMER]
    months = -customers["joined_at"] / MONTH
    assert stats.kstest(months, stats.expon(scale=48).cdf).pvalue > LEAST_P
    assert (customers["joined_at"] * 2**20 % 1 == 0).all()
    assert (crowd["joined_at"][crowd["status"] == PROSPECT] == 0).all()


@pytest.mark.statistical
def test_favourites_are_liked_whatever_their_value(crowd):
    liked = crowd["favourite"] == 1
    assert liked.mean() == pytest.approx(0.1, abs=STANDARD_ERRORS * math.sqrt(0.09 / N))
    found = stats.ks_2samp(crowd["potential"][liked], crowd["potential"][~liked])
    assert found.pvalue > LEAST_P


@pytest.mark.statistical
def test_deal_seekers_are_a_share_of_their_own(crowd):
    seeks, liked = crowd["deal_seeker"] == 1, crowd["favourite"] == 1
    assert seeks.mean() == pytest.approx(0.15, abs=STANDARD_ERRORS * math.sqrt(0.1275 / N))
    both = (seeks & liked).mean()
    assert both == pytest.approx(0.015, abs=STANDARD_ERRORS * math.sqrt(0.015 / N))


def test_deciles_cut_people_by_potential(crowd):
    assert np.bincount(crowd["decile"]).tolist() == [N // 10] * 10
    for decile in range(9):
        below, above = (crowd["potential"][crowd["decile"] == d] for d in (decile, decile + 1))
        assert below.max() <= above.min()


def test_replications_are_other_people_and_seeds_too(crowd):
    assert (people(replication=1)["potential"] != crowd["potential"]).mean() > 0.99
    first = people(50)
    given = from_mapping({"name": "x", "seed": 2, "people": {"count": 50}})
    other = build_people(given, 50, run_key(2, 0), BASELINE, NORM, None)
    assert (other["potential"] != first["potential"]).all()


def test_more_people_leave_the_first_ones_as_they_were(crowd):
    few = people(100)
    for trait in TRAITS.values():
        assert (few[trait] == crowd[trait][:100]).all()


def test_people_are_the_same_under_every_policy():
    given = scenario(policies={"equal": {}, "value_tiers": {}})
    one, other = (world(given, policy) for policy in ("equal", "value_tiers"))
    assert one.people.tobytes() == other.people.tobytes()
    assert one.ties.tobytes() == other.ties.tobytes()
    assert one.agents.tobytes() == other.agents.tobytes()


FILE = """id,customer,spend,patience_minutes,fairness,favourite,tenure_months,deal_seeker
a,1,49,3,0.1,1,12,0
b,0,98,4,0.2,0,6,1
c,1,0,5,0.3,0,0,1
"""


def filed(tmp_path, text: str = FILE, **section: object) -> np.ndarray:
    path = tmp_path / "people.csv"
    path.write_text(text)
    data = {"name": "x", "people": {"file": str(path), **section}, "network": {"kind": "none"}}
    return world(from_mapping(data)).people


def test_a_customer_file_takes_the_place_of_draws(tmp_path):
    found = filed(tmp_path)
    share = found["satisfaction"][0] ** 2
    assert found["potential"] * share == pytest.approx([49, 98, 0])
    assert found["patience"].tolist() == [3, 4, 5]
    assert found["fairness"].tolist() == pytest.approx([0.1, 0.2, 0.3], rel=1e-7)
    assert found["favourite"].tolist() == [1, 0, 0]
    assert found["deal_seeker"].tolist() == [0, 1, 1]
    assert found["status"].tolist() == [CUSTOMER, PROSPECT, CUSTOMER]
    assert found["joined_at"].tolist() == [-12 * MONTH, 0, 0]
    assert (found["need_rate"] > 0).all()


def test_columns_that_a_file_lacks_are_drawn_as_without_it(tmp_path):
    drawn = people(3)
    assert filed(tmp_path)["audience"].tolist() == drawn["audience"].tolist()


def test_blanks_of_a_file_are_drawn_as_without_it(tmp_path):
    rows = [line.split(",") for line in FILE.split()]
    for row in rows[2:3]:
        row[2:] = [""] * (len(row) - 2)
    text = "\n".join(map(",".join, rows)) + "\n"
    found, drawn, given = filed(tmp_path, text, blanks="draw"), people(3), filed(tmp_path)
    for field in ("patience", "fairness", "favourite", "deal_seeker"):
        wanted = [given[field][0], drawn[field][1], given[field][2]]
        assert found[field].tolist() == wanted, field


def test_a_file_without_customers_gets_as_many_as_the_scenario_says(tmp_path):
    text = "spend\n" + "10\n" * 10
    assert (filed(tmp_path, text)["status"] == CUSTOMER).sum() == 4
    assert (filed(tmp_path, text, customers=7)["status"] == CUSTOMER).sum() == 7


def test_a_count_unlike_the_files_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"has 3 rows, but people\.count is 5"):
        filed(tmp_path, count=5)
    assert len(filed(tmp_path, count=3)) == 3


def test_more_customers_than_the_file_has_people_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"people\.customers is 9, but there are 2 people"):
        filed(tmp_path, "spend\n1\n2\n", customers=9)

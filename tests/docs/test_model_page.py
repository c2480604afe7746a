"""The page on the model says what the code does: each equation is evaluated against its law."""

from __future__ import annotations

import math
import random
import re
from importlib import import_module

import pytest

from sim.scenario.explain import explanations
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "model.md"
ROOMS = ("churn", "impatience", "satisfaction", "service", "talk", "unfairness", "voice")
NOT_BEHAVIOUR = {"clip", "HIGHEST_SCORE"}  # arithmetic, and a number
# In the reference.
OFF = {"changes", "needs", "desk", "policies", "sweep", "best", "hypotheses", "network",
       "worth", "beliefs", "known"}  # fmt: skip

# The page's symbols for a law's arguments, in their order.
SYMBOLS = {
    "speed": "months v0 learning_months",
    "own_time": "cv_agent z",
    "speed_at": "v skill own",
    "courtesy_price": "courtesy courtesy_standard courtesy_price",
    "handling_minutes": "drawn difficulty effort price v_agent",
    "resolution": "p_kind effort m quality",
    "relative_patience": "patience patience_mean",
    "announced_by_queue": "ahead handling places",
    "overdue_patience": "patience told overdue",
    "felt_wait": "wait held callback_felt",
    "resolution_by_agent": "p q",
    "courtesy_given": "courtesy m k",
    "wait_comfort": "wait tolerable",
    "explained_outcome": "soft_no understanding",
    "after_gesture": "score worth",
    "remedy_worth": "reach repeat before",
    "abuse_chance": "share heat",
    "perceived_quality": "comfort outcome given a_wait a_outcome a_courtesy",
    "expected_quality": "e entitlement rank",
    "disconfirmation": "p E",
    "next_satisfaction": "s d up down",
    "next_expectation": "e p adapt anchor norm",
    "drift": "x rate goal",
    "log_audience": "audience",
    "voice_utility": "b_v c_v x loud extra rho",
    "exit_utility": "b_exit c_exit x lock_in",
    "opportunist_utility": "honesty b_v b_polite extra rho",
    "remedy_effect": "r r0",
    "satisfaction_after_remedy": "s worth lost heal",
    "next_voice_value": "rho lambda kappa r effort_cost",
    "appeal_chance": "share loud",
    "telling_chance": "chance v s years b_v b_s b_y",
    "number_told": "tells sigma z",
    "readers": "audience exposure cap",
    "story_shift": "shift v typical resists conviction",
    "combined_shift": "heard x",
    "shifted_decision": "p good bad",
    "order_shortfall": "level their_level head their_head pace their_pace tolerable",
    "promise_shortfall": "promise their_promise tolerable",
    "remedy_shortfall": "chance r their_chance their_r r0",
    "manner_shortfall": "courtesy their_courtesy effort their_effort",
    "total_shortfall": "queue pool remedy manner perk",
    "unfairness": "fairness short weight",
    "grievance_left": "held fade_g months",
    "newly_felt": "u g",
    "trust_after_shock": "t felt",
    "delight": "delight privilege before",
    "unhappy_hazard": "s t years complained h0 b_s b_t b_tenure b_complained lock_in",
    "probability": "h",
    "occurs": "h luck",
    "next_wallet_share": "w grow s t",
    "enquiry_hazard": "p q talk_share share o k",
    "hazard_after_stories": "h good bad lock_in",
    "prompting": "good talk_share",
    "conversion": "convert conv_base p",
    "offer_conversion": "joins offer_boost discount",
    "attraction": "better ratio b_alt b_price",
    "switching_conversion": "joins attracts",
    "leaver_opinion": "s",
    "joiner_satisfaction": "s_base o",
    "load_on_morale": "utilisation knee load",
    "quit_hazard": "q0 b m",
    "fault_rate": "fault_floor lessons lesson_scale",
    "customer_value": "margin h discount",
}
SIGNED = {"better", "heat", "d", "v", "z", "q", "o", "loud", "rho", "extra"}
LARGE = {"audience": 5000.0, "cap": 200.0, "wait": 30.0, "tolerable": 30.0, "lessons": 2000.0,
         "lesson_scale": 1000.0, "months": 12.0, "learning_months": 6.0}  # fmt: skip
WORDS = {
    "exp": math.exp, "ln": math.log, "log10": math.log10, "floor": math.floor, "min": min,
    "max": max, "abs": abs, "sign": lambda x: math.copysign(1.0, x),
    "clip": lambda x, low, high: min(max(x, low), high),
}  # fmt: skip


def equations() -> dict[str, str]:
    """Return the right side of each equation of the page, by its law."""
    text = "".join(one.text for one in blocks(PAGE) if one.language == "equations")
    found = re.findall(r"^\S+ = (.+?) +# (\w+)$", text, re.MULTILINE)
    assert len(found) == len(text.splitlines()), "a line is no equation, or names no law"
    assert len({law for _, law in found}) == len(found)
    return {law: side for side, law in found}


def law_of(name: str):
    rooms = [import_module(f"sim.model.laws.{room}") for room in ROOMS]
    return next(getattr(room, name) for room in rooms if hasattr(room, name))


def drawn(chance: random.Random, symbol: str) -> float:
    low = -1.0 if symbol in SIGNED else 0.01
    return chance.uniform(low, LARGE.get(symbol, 0.99))


def test_every_law_has_its_equation():
    declared = {n for room in ROOMS for n in import_module(f"sim.model.laws.{room}").__all__}
    assert set(equations()) == declared - NOT_BEHAVIOUR


@pytest.mark.parametrize("name", sorted(SYMBOLS))
def test_an_equation_is_what_its_law_computes(name):
    law, side, symbols = law_of(name).py_func, equations()[name], SYMBOLS[name].split()
    chance = random.Random(name)
    for _ in range(200):
        values = {symbol: drawn(chance, symbol) for symbol in symbols}
        values |= {symbol: chance.randrange(4) for symbol in symbols if symbol == "before"}
        safe = {symbol.replace("lambda", "lambda_"): one for symbol, one in values.items()}
        said = eval(side.replace("lambda", "lambda_"), {**WORDS, **safe})
        assert law(*values.values()) == pytest.approx(said, rel=1e-9, abs=1e-12)


def test_every_parameter_is_in_one_table():
    text = PAGE.read_text(encoding="utf-8")
    for one in explanations():
        section = one.key.split(".")[0]
        if one.keys or "." not in one.key or section in OFF:
            continue
        assert text.count(f"| `{one.key}` |") == 1, one.key

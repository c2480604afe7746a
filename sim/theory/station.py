"""A queue of equal agents, as one record that the formulas take."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.theory._domain import require_count, require_length, require_positive

__all__ = ["ClassStation", "Station"]


@dataclass(frozen=True, slots=True)
class Station:
    """A queue of equal agents: M/M/c; M/M/c+M with impatience; M/M/c/K with a limit.

    Attributes
    ----------
    arrivals_per_minute : float
        Arrival rate lambda, > 0.
    service_minutes : float
        Mean of exponential service 1 / mu, minutes, > 0.
    agents : int
        Number of agents c, >= 1.
    patience_minutes : float
        Mean of exponential patience 1 / theta, minutes, > 0; infinite if nobody abandons.
    queue_limit : int or None
        Places to wait, those in service not counted, >= 0; None for no limit.
    """

    arrivals_per_minute: float
    service_minutes: float
    agents: int
    patience_minutes: float = math.inf
    queue_limit: int | None = None

    @property
    def services_per_minute(self) -> float:
        """Rate c mu at which all agents together finish, while they are busy."""
        return self.agents / self.service_minutes

    def require_load(self) -> float:
        """Check rate, mean service and agents, and return the offered load.

        Returns
        -------
        float
            Arrival rate times mean service, in erlangs.

        Raises
        ------
        ValueError
            Unless ``arrivals_per_minute > 0``, ``service_minutes > 0`` and ``agents >= 1``.
        """
        require_positive("arrivals_per_minute", self.arrivals_per_minute)
        require_positive("service_minutes", self.service_minutes)
        require_count("agents", self.agents, 1)
        return self.arrivals_per_minute * self.service_minutes

    def require_stable_load(self) -> float:
        """Check as `require_load`, and that the agents can do the work that arrives.

        Raises
        ------
        ValueError
            As `require_load`, and unless ``arrivals_per_minute * service_minutes < agents``:
            without abandonment the queue would grow for ever.
        """
        load = self.require_load()
        if not load < self.agents:
            raise ValueError(
                "arrivals_per_minute * service_minutes < agents is required, "
                f"got {load!r} and {self.agents}"
            )
        return load


@dataclass(frozen=True, slots=True)
class ClassStation:
    """A queue of equal agents and customers of several classes with the same service.

    Attributes
    ----------
    arrivals_per_minute : tuple of float
        Arrival rate of each class, > 0; at least one.
    service_minutes : float
        Mean of everybody's exponential service 1 / mu, minutes, > 0.
    agents : int
        Number of agents c, >= 1.
    patience_minutes : tuple of float
        Mean of exponential patience 1 / theta_k of each class, minutes, > 0; empty if nobody
        abandons.
    """

    arrivals_per_minute: tuple[float, ...]
    service_minutes: float
    agents: int
    patience_minutes: tuple[float, ...] = ()

    @property
    def pooled(self) -> Station:
        """The station of all classes together, served in order of arrival."""
        return Station(sum(self.arrivals_per_minute), self.service_minutes, self.agents)

    def loads_per_agent(self) -> list[float]:
        """Return the load of each class per agent, rho_k = lambda_k / (c mu)."""
        return [rate * self.service_minutes / self.agents for rate in self.arrivals_per_minute]

    def require_classes(self, count: int | None = None) -> None:
        """Check the arrival rates.

        Parameters
        ----------
        count : int, optional
            How many classes there must be; at least one without it.

        Raises
        ------
        ValueError
            Unless there are that many and each ``arrivals_per_minute > 0``.
        """
        if count is not None:
            require_length("arrivals_per_minute", self.arrivals_per_minute, count)
        elif not self.arrivals_per_minute:
            raise ValueError("len(arrivals_per_minute) >= 1 is required, got 0")
        for rate in self.arrivals_per_minute:
            require_positive("arrivals_per_minute", rate)

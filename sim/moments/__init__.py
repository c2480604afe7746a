"""Moments of truth: what an encounter, a complaint, a story heard, a month's end does to the world.

The only place where behaviour changes state, shared by the engines. A moment never touches the
calendar: it writes into the outbox what should happen when, and the engine flushes it.
"""

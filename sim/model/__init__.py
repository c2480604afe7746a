"""The world as arrays, and everything that happens in it; both engines share it."""

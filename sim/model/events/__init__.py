"""What each event does to the world; events request further events, and engines schedule them."""

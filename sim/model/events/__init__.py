"""What each event does to the world; an event never touches the calendar."""

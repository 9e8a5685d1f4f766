"""People on their way through journeys: who is in one, entering by hand, stopping."""

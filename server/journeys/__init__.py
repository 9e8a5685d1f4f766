"""The journeys themselves: reading and editing them, their life, their history."""

"""What journeys refer to: sites, audiences, contents."""

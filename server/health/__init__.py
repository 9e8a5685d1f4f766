"""Whether the server lives, and whether it can do its work: for load balancers and whoever is on call."""

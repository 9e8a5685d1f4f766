"""End users: what is known of the people of a site."""

"""What is to be shown to people, and what came of it: for pages under `/v1`, for back ends under `/api`."""

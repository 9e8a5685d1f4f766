"""Events from browsers and apps: the HTTP tracking API that Segment's libraries speak, under `/v1`."""

CREATE TABLE protections (
  journey_id text COLLATE "C" PRIMARY KEY REFERENCES journeys (id),
  reason text NOT NULL,
  actor text NOT NULL,
  at bigint NOT NULL
);

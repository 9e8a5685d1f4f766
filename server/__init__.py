"""The HTTP API: FastAPI over the same compiler and operations as the command line.

A request walks `app` -> a route of its domain (`journeys/`, `enrollments/`, `people/`, `catalogue/`, `health/`) ->
`jcli/operations` -> the store, and comes back as bytes. Routes know no SQL; operations know no HTTP. What a body
holds is judged by the compiler, not by pydantic. Words of the API: `docs/http.md`; who may do what: `docs/auth.md`.
"""

"""The routes of those who keep journeys as files: plan, apply, status, what the store holds, uploads in parts."""

"""What clients mandated the workspace with, and the proof of it."""

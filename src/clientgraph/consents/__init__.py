"""Who agreed to be contacted for what and by which means, with the proof of it."""

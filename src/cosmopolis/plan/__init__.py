"""From gap to goal, action and progress; coherence, rights, actors and what they said."""

"""What the program knows, as data: recipes, classifications, parameters, facts, words. No code."""

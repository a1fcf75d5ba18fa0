"""How people are spread over the areas of a city. Pure."""

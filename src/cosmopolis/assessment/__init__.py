"""How well a city governs: answers, scores with their range, agreement, change; and composite indices."""

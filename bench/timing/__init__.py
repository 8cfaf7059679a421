"""What timing a call costs, and whether its figures are counted right."""

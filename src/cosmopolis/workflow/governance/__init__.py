"""What the city folder says about governance, worked out and put into sections and pages."""

"""What each reason for a refusal says: why, and what can be done. One module an area."""

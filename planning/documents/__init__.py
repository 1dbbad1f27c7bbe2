"""What leaves the work plan: PDF, calendars."""

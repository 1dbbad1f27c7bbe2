"""Who is told what of the work plan: in the application, and by mail through the outbox."""

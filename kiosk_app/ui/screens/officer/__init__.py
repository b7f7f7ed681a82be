"""What officers see after log-in, and the log-in itself."""

"""A hostile office: whatever answers, the booth keeps what it has, takes nothing in and says what is wrong."""

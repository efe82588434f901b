"""What a stranger could send: each test fails without the guard it is about."""

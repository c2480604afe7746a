"""What a scenario file may say: a frozen, checked model of every section."""

"""The console: by messages and widgets where that shows it, and through real terminals where only they do."""

"""The engines, one module each. Kept free of imports: their children start from here too."""

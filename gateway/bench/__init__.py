"""Measuring Sepal: through the gateway and without it, side by side. Kept free of imports: workers of
several environments start from here."""

"""What a request carries besides text: the texts in its files and images, as far as this machine can read them."""

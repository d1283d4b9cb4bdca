"""Setting Sepal up on a machine: environments and models, each step done once and resumable."""

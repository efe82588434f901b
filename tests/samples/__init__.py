"""Sample documents with ground truth: made-up projects in every layout and format.

``python -m tests.samples OUTDIR`` writes them all. Names, places and sentences are our own.
"""

"""Daily price ranges: submissions, their assessment, and the records that are published.

price_range makes a day's range of the data that count; assessment decides which those are, and what
stands where they do not suffice (hierarchy, screening); methodology holds the figures.
"""

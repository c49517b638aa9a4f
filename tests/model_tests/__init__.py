"""Is the judge right, and do the circuits and the planner agree with it?"""

"""The working paper of an engagement: what an assessor samples, tests and signs.

It adds to the verdict what a professional reader needs: severity and procedure of each finding,
populations to draw samples from, and where all of it stands in the frameworks that are assessed.
"""

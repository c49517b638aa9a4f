"""Daily price ranges: submissions, their assessment, and the records that are published."""

"""The frozen pack of a review: its numbers, what they were made from, and the files that people read."""

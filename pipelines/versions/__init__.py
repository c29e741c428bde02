"""What newspapers published when: readings, revisions, changes, sightings; which article a capture is of."""

"""What belongs to a page: its images, attachments, stylesheets."""

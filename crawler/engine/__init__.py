"""Scrapy's engine as a polite crawl needs it: hosts, names, certificates, conditional requests."""

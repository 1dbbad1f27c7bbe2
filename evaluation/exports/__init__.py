"""Spreadsheets of the evaluation."""

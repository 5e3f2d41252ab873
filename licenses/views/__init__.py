"""The license pages: gate, form, story, refusal, message, redirect."""

// Attribution

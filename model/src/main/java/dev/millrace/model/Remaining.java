package dev.millrace.model;

/// How long the rest of a job takes, in milliseconds: an estimate, and the range in which it lies
/// when the rest runs like the faster or like the slower half of what ran already.
public record Remaining(long millis, long leastMillis, long mostMillis) {}

package dev.millrace.system.house.samples.wire.unmarked;

/// A class whose package says nothing about null.
public record Bare() {}

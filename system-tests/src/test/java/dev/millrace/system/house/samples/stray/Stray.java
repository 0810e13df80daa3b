package dev.millrace.system.house.samples.stray;

/// A class in a module that the table does not know.
public record Stray() {}

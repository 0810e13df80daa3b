package dev.millrace.system.house.samples.base;

import dev.millrace.system.house.samples.wire.Frame;
import java.util.regex.Pattern;

/// A class of the lowest module that looks up, which is forbidden, and at a library.
public record Looks(Frame up, Pattern library) {}

package dev.millrace.system.house.samples.wire;

import dev.millrace.system.house.samples.base.Looks;
import org.jspecify.annotations.Nullable;

/// The other half of a cycle.
public record Frame(@Nullable Looks down) {}

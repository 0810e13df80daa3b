package dev.millrace.model;

import dev.millrace.base.Bytes;

/// A data key sealed under one of the cluster's master keys.
///
/// @param masterKeyNumber which master key
/// @param wrapped the sealed key; its form is `wire`'s
public record WrappedKey(int masterKeyNumber, Bytes wrapped) {}

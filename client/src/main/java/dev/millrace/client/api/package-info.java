/// The shapes of the node's HTTP API, shared by both of its ends: JSON of each noun, header and
/// parameter names, and the token. `docs/api.md` describes it for people.
@NullMarked
package dev.millrace.client.api;

import org.jspecify.annotations.NullMarked;

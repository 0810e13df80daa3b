package dev.millrace.client.api;

import dev.millrace.model.JobId;
import dev.millrace.model.NodeId;
import dev.millrace.model.Provenance;
import dev.millrace.model.Sha256;

/// Where answers come from, as JSON.
final class ProvenanceJson {
  private ProvenanceJson() {}

  static JsonObject of(Provenance provenance) {
    return new JsonObject()
        .with("programDigest", provenance.program().toString())
        .withOptional("result", provenance.result())
        .withOptional("reusedFrom", provenance.reusedFrom())
        .withOptional("tookFrom", provenance.tookFrom())
        .withTexts("nodes", provenance.nodes().stream().map(NodeId::toString).toList());
  }

  static Provenance provenance(JsonObject json) {
    return new Provenance(
        json.parsed("programDigest", Sha256::parse),
        json.optionalParsed("result", Sha256::parse),
        json.optionalParsed("reusedFrom", JobId::parse),
        json.optionalParsed("tookFrom", JobId::parse),
        json.texts("nodes").stream().map(NodeId::parse).toList());
  }
}

package dev.millrace.wire.catalog;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.JobId;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Provenance;
import dev.millrace.model.RecordedResult;
import dev.millrace.model.Sha256;
import dev.millrace.model.VersionId;
import dev.millrace.wire.proto.Id;
import dev.millrace.wire.proto.PartsRow;
import dev.millrace.wire.proto.ProvenanceRow;
import dev.millrace.wire.proto.ResultRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Where answers come from, and which are recorded, to messages and back. Reading fails with
/// CORRUPT_CATALOG.
public final class ProvenanceCodec {
  private static final int ID_BYTES = 16;

  private ProvenanceCodec() {}

  public static ProvenanceRow message(Provenance provenance) {
    ProvenanceRow.Builder row =
        ProvenanceRow.newBuilder().setProgram(NounCodec.write(provenance.program().value()));
    provenance.result().ifPresent(result -> row.setResult(NounCodec.write(result.value())));
    provenance.reusedFrom().ifPresent(job -> row.setReusedFrom(NounCodec.write(job.value())));
    provenance.tookFrom().ifPresent(job -> row.setTookFrom(NounCodec.write(job.value())));
    return row.addAllNodes(nodes(provenance.nodes())).build();
  }

  public static Provenance noun(ProvenanceRow row) {
    return new Provenance(
        digest(row.getProgram()),
        optionalDigest(row.getResult()),
        row.hasReusedFrom() ? Optional.of(job(row.getReusedFrom())) : Optional.empty(),
        row.hasTookFrom() ? Optional.of(job(row.getTookFrom())) : Optional.empty(),
        nodesOf(row.getNodesList()));
  }

  /// A value of the table `results`.
  public static byte[] write(RecordedResult result) {
    ResultRow.Builder row =
        ResultRow.newBuilder()
            .setJob(NounCodec.write(result.job().value()))
            .setProgram(ProgramCodec.write(result.program()))
            .setProgramDigest(NounCodec.write(result.programDigest().value()))
            .addAllNodes(nodes(result.nodes()));
    switch (result.answer()) {
      case RecordedResult.One one -> row.setAnswer(NounCodec.write(one.version()));
      case RecordedResult.Many many ->
          row.setFiles(
              ResultRow.Files.newBuilder()
                  .setPrefix(many.prefix().value())
                  .setVersions(packed(many.versions())));
    }
    return row.build().toByteArray();
  }

  private static ByteString packed(List<VersionId> versions) {
    ByteBuffer bytes = ByteBuffer.allocate(versions.size() * ID_BYTES);
    for (VersionId version : versions) {
      bytes.putLong(version.value().high()).putLong(version.value().low());
    }
    return ByteString.copyFrom(bytes.flip());
  }

  private static List<VersionId> unpacked(ByteString bytes) {
    if (bytes.isEmpty() || bytes.size() % ID_BYTES != 0) {
      throw NounCodec.corrupt(
          "the versions of recorded files have " + bytes.size() + " bytes", null);
    }
    ByteBuffer from = bytes.asReadOnlyByteBuffer();
    List<VersionId> versions = new ArrayList<>(bytes.size() / ID_BYTES);
    while (from.hasRemaining()) {
      versions.add(new VersionId(new Id128(from.getLong(), from.getLong())));
    }
    return versions;
  }

  public static RecordedResult result(byte[] bytes) {
    try {
      ResultRow row = ResultRow.parseFrom(bytes);
      return new RecordedResult(
          job(row.getJob()),
          ProgramCodec.read(row.getProgram()),
          digest(row.getProgramDigest()),
          nodesOf(row.getNodesList()),
          answer(row));
    } catch (InvalidProtocolBufferException e) {
      throw NounCodec.corrupt("the row of a recorded result can't be read", e);
    }
  }

  private static RecordedResult.Answer answer(ResultRow row) {
    return row.hasFiles()
        ? new RecordedResult.Many(
            new ObjectKey(row.getFiles().getPrefix()), unpacked(row.getFiles().getVersions()))
        : new RecordedResult.One(NounCodec.read(row.getAnswer()));
  }

  public static PartsRow message(AnswerParts parts) {
    PartsRow.Builder row = PartsRow.newBuilder().setKin(NounCodec.write(parts.kin().value()));
    for (AnswerParts.Group group : parts.groups()) {
      PartsRow.Group.Builder pieces = PartsRow.Group.newBuilder().setInputs(group.inputs());
      for (AnswerParts.Piece piece : group.pieces()) {
        pieces.addPieces(
            PartsRow.Piece.newBuilder()
                .setInputBytes(piece.inputBytes())
                .setExtents(piece.extents())
                .putAllCounters(new TreeMap<>(piece.counters()))
                .setState(NounCodec.write(piece.state()))
                .setNode(NounCodec.write(piece.node().value())));
      }
      row.addGroups(pieces);
    }
    parts.apart().ifPresent(version -> row.setApart(NounCodec.write(version)));
    return row.build();
  }

  public static AnswerParts noun(PartsRow row) {
    return new AnswerParts(
        digest(row.getKin()),
        row.getGroupsList().stream().map(ProvenanceCodec::noun).toList(),
        row.hasApart() ? Optional.of(NounCodec.read(row.getApart())) : Optional.empty());
  }

  private static AnswerParts.Group noun(PartsRow.Group row) {
    return new AnswerParts.Group(
        row.getInputs(), row.getPiecesList().stream().map(ProvenanceCodec::noun).toList());
  }

  private static AnswerParts.Piece noun(PartsRow.Piece row) {
    return new AnswerParts.Piece(
        row.getInputBytes(),
        row.getExtents(),
        row.getCountersMap(),
        NounCodec.read(row.getState()),
        new NodeId(NounCodec.read(row.getNode())));
  }

  /// A value of the table `parts`.
  public static byte[] write(AnswerParts parts) {
    return message(parts).toByteArray();
  }

  public static AnswerParts parts(byte[] bytes) {
    try {
      return noun(PartsRow.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw NounCodec.corrupt("the row of an answer's parts can't be read", e);
    }
  }

  public static Sha256 digest(ByteString bytes) {
    if (bytes.size() != Sha256.BYTES) {
      throw NounCodec.corrupt("a digest has " + bytes.size() + " bytes", null);
    }
    return new Sha256(Bytes.copyOf(bytes.toByteArray()));
  }

  /// Absent for an absent field.
  public static Optional<Sha256> optionalDigest(ByteString bytes) {
    return bytes.isEmpty() ? Optional.empty() : Optional.of(digest(bytes));
  }

  public static List<Id> nodes(List<NodeId> nodes) {
    return nodes.stream().map(node -> NounCodec.write(node.value())).toList();
  }

  /// The nodes that a message names.
  public static List<NodeId> nodesOf(List<Id> rows) {
    return rows.stream().map(id -> new NodeId(NounCodec.read(id))).toList();
  }

  private static JobId job(Id id) {
    return new JobId(NounCodec.read(id));
  }
}

package dev.millrace.wire.catalog;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.base.Id128;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskFailure;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.model.Volume;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.proto.BucketRow;
import dev.millrace.wire.proto.FailureRow;
import dev.millrace.wire.proto.HeldRow;
import dev.millrace.wire.proto.Id;
import dev.millrace.wire.proto.JobFilesRow;
import dev.millrace.wire.proto.JobRow;
import dev.millrace.wire.proto.JobSpecRow;
import dev.millrace.wire.proto.JobStateRow;
import dev.millrace.wire.proto.TaskRow;
import dev.millrace.wire.proto.VersionRow;
import dev.millrace.wire.proto.VolumeRow;
import dev.millrace.wire.proto.VolumeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The catalog's rows: from a noun to the bytes of a row and back. The same noun always gives the
/// same bytes (maps are written in order of their keys). Reading fails with CORRUPT_CATALOG, or
/// HOME_VERSION for a case that a newer version wrote.
public final class RowCodec {
  private RowCodec() {}

  public static byte[] write(Bucket bucket) {
    return message(bucket).toByteArray();
  }

  public static BucketRow message(Bucket bucket) {
    return BucketRow.newBuilder()
        .setId(bucket.id())
        .setName(bucket.name().value())
        .setPolicy(NounCodec.write(bucket.policy()))
        .setCreatedMillis(bucket.createdMillis())
        .build();
  }

  public static Bucket bucket(byte[] row) {
    try {
      return noun(BucketRow.parseFrom(row));
    } catch (InvalidProtocolBufferException e) {
      throw NounCodec.corrupt("a bucket's row can't be read", e);
    }
  }

  public static Bucket noun(BucketRow row) {
    return new Bucket(
        row.getId(),
        new BucketName(row.getName()),
        NounCodec.read(row.getPolicy()),
        row.getCreatedMillis());
  }

  /// The whole version: a value of the table `versions`.
  public static byte[] write(ObjectVersion version) {
    return message(version).toByteArray();
  }

  public static VersionRow message(ObjectVersion version) {
    VersionRow.Builder row = listing(version);
    if (version instanceof StoredVersion stored) {
      Stored content = stored.stored();
      row.setKey(NounCodec.write(content.key()));
      row.putAllMetadata(new TreeMap<>(content.metadata()));
      content.producer().ifPresent(job -> row.setProducer(NounCodec.write(job.value())));
      switch (content.content()) {
        case Content.Inline inline -> row.setInline(NounCodec.write(inline));
        case Content.Chunked chunked -> row.setManifest(NounCodec.write(chunked.manifest()));
      }
    }
    return row.build();
  }

  /// What a listing shows of a version: a value of the tables `objects` and `deleted`.
  public static byte[] writeListing(ObjectVersion version) {
    return listing(version).build().toByteArray();
  }

  private static VersionRow.Builder listing(ObjectVersion version) {
    VersionRow.Builder row =
        VersionRow.newBuilder()
            .setIdHigh(version.id().value().high())
            .setIdLow(version.id().value().low())
            .setCreatedMillis(version.createdMillis())
            .setSequence(version.sequence());
    switch (version) {
      case StoredVersion stored -> row.setSizeBytes(stored.sizeBytes()).setEtag(stored.etag());
      case DeleteMarker marker -> row.setDeleteMarker(true);
    }
    return row;
  }

  public static ObjectVersion version(BucketName bucket, ObjectKey key, byte[] row) {
    try {
      return noun(bucket, key, VersionRow.parseFrom(row));
    } catch (InvalidProtocolBufferException e) {
      throw NounCodec.corrupt(
          "the row of a version of " + bucket + "/" + key + " can't be read", e);
    }
  }

  public static ObjectVersion noun(BucketName bucket, ObjectKey key, VersionRow row) {
    VersionId id = new VersionId(new Id128(row.getIdHigh(), row.getIdLow()));
    if (row.getDeleteMarker()) {
      return new DeleteMarker(bucket, key, id, row.getSequence(), row.getCreatedMillis());
    }
    Content content =
        switch (row.getContentCase()) {
          case INLINE -> NounCodec.read(row.getInline());
          case MANIFEST -> new Content.Chunked(NounCodec.read(row.getManifest()));
          case CONTENT_NOT_SET -> throw NounCodec.newer("a version's content");
        };
    Stored stored =
        new Stored(
            row.getSizeBytes(),
            row.getEtag(),
            content,
            NounCodec.read(row.getKey()),
            row.getMetadataMap(),
            row.hasProducer()
                ? Optional.of(new JobId(NounCodec.read(row.getProducer())))
                : Optional.empty());
    return new StoredVersion(bucket, key, id, row.getSequence(), row.getCreatedMillis(), stored);
  }

  public static byte[] write(Volume volume) {
    return message(volume).toByteArray();
  }

  public static VolumeRow message(Volume volume) {
    VolumeRow.Builder row =
        VolumeRow.newBuilder()
            .setId(volume.id().value())
            .setPolicy(NounCodec.write(volume.policy()))
            .setState(
                switch (volume.state()) {
                  case OPEN -> VolumeState.VOLUME_STATE_OPEN;
                  case SEALED -> VolumeState.VOLUME_STATE_SEALED;
                });
    for (NodeId member : volume.members()) {
      row.addMembers(NounCodec.write(member.value()));
    }
    return row.build();
  }

  public static Volume volume(byte[] row) {
    try {
      return noun(VolumeRow.parseFrom(row));
    } catch (InvalidProtocolBufferException e) {
      throw NounCodec.corrupt("a volume's row can't be read", e);
    }
  }

  public static Volume noun(VolumeRow row) {
    Volume.State state =
        switch (row.getState()) {
          case VOLUME_STATE_OPEN -> Volume.State.OPEN;
          case VOLUME_STATE_SEALED -> Volume.State.SEALED;
          case VOLUME_STATE_UNSPECIFIED, UNRECOGNIZED -> throw NounCodec.newer("a volume's state");
        };
    List<NodeId> members = new ArrayList<>(row.getMembersCount());
    for (Id member : row.getMembersList()) {
      members.add(new NodeId(NounCodec.read(member)));
    }
    return new Volume(new VolumeId(row.getId()), NounCodec.read(row.getPolicy()), members, state);
  }

  public static byte[] write(Job job) {
    return message(job).toByteArray();
  }

  public static JobRow message(Job job) {
    JobRow.Builder row =
        JobRow.newBuilder()
            .setId(NounCodec.write(job.id().value()))
            .setSpec(message(job.spec()))
            .setState(message(job.state()))
            .setCreatedMillis(job.createdMillis())
            .setEndedMillis(job.endedMillis())
            .setSessionKey(NounCodec.write(job.sessionKey()));
    job.output().ifPresent(version -> row.setOutput(NounCodec.write(version.value())));
    job.failure().ifPresent(row::setFailure);
    job.failures().forEach(failure -> row.addFailures(ProgramCodec.write(failure)));
    job.provenance().ifPresent(from -> row.setProvenance(ProvenanceCodec.message(from)));
    job.files()
        .ifPresent(files ->
            row.setFiles(
                JobFilesRow.newBuilder().setCount(files.count()).setSizeBytes(files.sizeBytes())));
    return row.build();
  }

  public static Job job(byte[] row) {
    try {
      return noun(JobRow.parseFrom(row));
    } catch (InvalidProtocolBufferException e) {
      throw NounCodec.corrupt("a job's row can't be read", e);
    }
  }

  public static Job noun(JobRow row) {
    return new Job(
        new JobId(NounCodec.read(row.getId())),
        noun(row.getSpec()),
        noun(row.getState()),
        row.getCreatedMillis(),
        row.getEndedMillis(),
        NounCodec.read(row.getSessionKey()),
        row.hasOutput()
            ? Optional.of(new VersionId(NounCodec.read(row.getOutput())))
            : Optional.empty(),
        row.hasFailure() ? Optional.of(row.getFailure()) : Optional.empty(),
        row.getFailuresList().stream().map(ProgramCodec::read).toList(),
        row.hasProvenance()
            ? Optional.of(ProvenanceCodec.noun(row.getProvenance()))
            : Optional.empty(),
        row.hasFiles()
            ? Optional.of(new JobFiles(row.getFiles().getCount(), row.getFiles().getSizeBytes()))
            : Optional.empty());
  }

  public static JobStateRow message(JobState state) {
    return switch (state) {
      case ACCEPTED -> JobStateRow.JOB_STATE_ACCEPTED;
      case RUNNING -> JobStateRow.JOB_STATE_RUNNING;
      case SUCCEEDED -> JobStateRow.JOB_STATE_SUCCEEDED;
      case FAILED -> JobStateRow.JOB_STATE_FAILED;
      case CANCELLED -> JobStateRow.JOB_STATE_CANCELLED;
    };
  }

  public static JobState noun(JobStateRow row) {
    return switch (row) {
      case JOB_STATE_ACCEPTED -> JobState.ACCEPTED;
      case JOB_STATE_RUNNING -> JobState.RUNNING;
      case JOB_STATE_SUCCEEDED -> JobState.SUCCEEDED;
      case JOB_STATE_FAILED -> JobState.FAILED;
      case JOB_STATE_CANCELLED -> JobState.CANCELLED;
      case JOB_STATE_UNSPECIFIED, UNRECOGNIZED -> throw NounCodec.newer("a job's state");
    };
  }

  public static JobSpecRow message(JobSpec spec) {
    JobSpecRow.Builder row =
        JobSpecRow.newBuilder()
            .addAllLabels(spec.labels())
            .setOutputBucket(spec.outputBucket().value())
            .setOutputKey(spec.outputKey().value());
    row.setProgram(ProgramCodec.write(spec.program()));
    if (!spec.options().equals(JobOptions.USUAL)) {
      row.setOptions(ProgramCodec.write(spec.options()));
    }
    spec.inputs().forEach(input -> row.addInputs(NounCodec.write(input)));
    return row.build();
  }

  public static JobSpec noun(JobSpecRow row) {
    return new JobSpec(
        ProgramCodec.read(row.getProgram()),
        row.getInputsList().stream().map(NounCodec::read).toList(),
        row.getLabelsList(),
        new BucketName(row.getOutputBucket()),
        new ObjectKey(row.getOutputKey()),
        row.hasOptions() ? ProgramCodec.read(row.getOptions()) : JobOptions.USUAL);
  }

  public static FailureRow message(TaskFailure failure) {
    return ProgramCodec.write(failure);
  }

  public static TaskFailure noun(FailureRow row) {
    return ProgramCodec.read(row);
  }

  public static byte[] write(TaskResult task) {
    return message(task).toByteArray();
  }

  public static TaskRow message(TaskResult task) {
    return TaskRow.newBuilder()
        .setTask(task.task())
        .setInputOffset(task.inputOffset())
        .setInputBytes(task.inputBytes())
        .setOutput(NounCodec.write(task.output()))
        .putAllCounters(new TreeMap<>(task.counters()))
        .setState(NounCodec.write(task.state()))
        .setNode(NounCodec.write(task.node().value()))
        .setElapsedMillis(task.elapsedMillis())
        .setStage(task.stage())
        .build();
  }

  public static TaskResult task(byte[] row) {
    try {
      return noun(TaskRow.parseFrom(row));
    } catch (InvalidProtocolBufferException e) {
      throw NounCodec.corrupt("a task's row can't be read", e);
    }
  }

  public static TaskResult noun(TaskRow row) {
    return new TaskResult(
        new TaskId(row.getStage(), row.getTask()),
        row.getInputOffset(),
        row.getInputBytes(),
        NounCodec.read(row.getOutput()),
        row.getCountersMap(),
        NounCodec.read(row.getState()),
        new NodeId(NounCodec.read(row.getNode())),
        row.getElapsedMillis());
  }

  /// The chunks that an input of a job keeps; a chunk stands here once for each extent.
  public static byte[] writeHeld(List<ChunkId> chunks) {
    HeldRow.Builder row = HeldRow.newBuilder();
    for (ChunkId chunk : chunks) {
      row.addVolumeNumber(chunk.volumeNumber()).addLocal(chunk.local());
    }
    return row.build().toByteArray();
  }

  public static List<ChunkId> held(byte[] bytes) {
    try {
      HeldRow row = HeldRow.parseFrom(bytes);
      List<ChunkId> chunks = new ArrayList<>(row.getLocalCount());
      for (int i = 0; i < row.getLocalCount(); i++) {
        chunks.add(new ChunkId(row.getVolumeNumber(i), row.getLocal(i)));
      }
      return chunks;
    } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
      throw NounCodec.corrupt("the row of a job's chunks can't be read", e);
    }
  }
}
